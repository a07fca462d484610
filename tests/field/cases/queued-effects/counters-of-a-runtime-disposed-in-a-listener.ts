import type { Case } from '../../page/field.ts'

export default (async t => {
  const runtime = t.createRuntime({ observability: { spans: 'on' } })
  const events = t.events(runtime)
  const task = t.task(undefined, { runtime, maxInFlight: 3, maxQueueDepth: 10 })
  await t.settles(task.ping())
  runtime.subscribeEvents(event => {
    if (event.name === 'task.success.total') runtime.dispose()
  })
  const calls = [1, 2, 3, 4, 5].map(n => task.echo(n))
  await t.settles(Promise.allSettled(calls), 'all calls')
  await t.sleep(20)
  const ends = ['success', 'failure', 'canceled', 'rejected'].map(end => t.total(events, `task.${end}.total`))
  t.equal(
    ends.reduce((a, b) => a + b),
    6,
    'calls that were counted',
  )
  t.equal(events.filter(({ kind }) => kind === 'span').length, 6, 'spans')
  t.ended(runtime)
}) satisfies Case
