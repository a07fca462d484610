import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxInFlight: 3, crashPolicy: 'restart-requeue-in-flight' })
  await t.settles(task.ping())
  t.runtime.subscribeEvents(event => {
    if (event.name !== 'task.failure.total') return
    task.stopWorkers()
    task.startWorkers()
  })
  const calls = [task.echo(1), task.echo(() => 0), task.echo(2)]
  const outcomes = await t.settles(Promise.allSettled(calls), 'all calls')
  t.equal(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
}) satisfies Case
