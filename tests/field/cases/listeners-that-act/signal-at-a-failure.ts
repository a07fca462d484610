import type { Case } from '../../page/field.ts'

export default (async t => {
  const { runtime } = t
  const task = t.task(undefined, { maxInFlight: 3, maxQueueDepth: 10 })
  await t.settles(task.ping())
  const stop = new AbortController()
  runtime.subscribeEvents(event => {
    if (event.name === 'task.failure.total') stop.abort()
  })
  const group = task.with({ signal: stop.signal })
  const calls = [group.echo(() => 0), ...[1, 2, 3, 4].map(n => group.echo(n))]
  await t.settles(Promise.allSettled(calls), 'all calls')
  await t.settles(task.drain(), 'drain()')
  t.equal(await t.settles(Promise.all([1, 2, 3].map(n => task.echo(n)))), [1, 2, 3])
}) satisfies Case
