import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxInFlight: 3, maxQueueDepth: 10 })
  await t.settles(task.ping())
  const more: Promise<unknown>[] = []
  t.runtime.subscribeEvents(event => {
    if (event.name === 'task.failure.total' && more.length < 3) more.push(task.echo(more.length))
  })
  const calls = [task.echo(1), task.echo(() => 0), task.echo(2)]
  await t.settles(Promise.allSettled(calls), 'all calls')
  t.equal(await t.settles(Promise.all(more)), [0])
}) satisfies Case
