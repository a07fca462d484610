import type { Case } from '../../page/field.ts'

export default (async t => {
  const { runtime } = t
  const task = t.task(undefined, { type: 'parallel', poolSize: 2, maxInFlight: 6, maxQueueDepth: 10 })
  await t.settles(Promise.all([task.wait(50), task.wait(50)]))
  runtime.subscribeEvents(event => {
    if (event.name === 'task.failure.total') runtime.abortTaskController.abort('group')
  })
  const group = task.with({ key: 'group' })
  const calls = [1, 2, 3, 4, 5, 6, 7].map(n => group.echo(n === 3 ? () => 0 : n))
  await t.settles(Promise.allSettled(calls), 'all calls')
  runtime.abortTaskController.clear('group')
  t.equal(await t.settles(Promise.all([1, 2, 3, 4, 5, 6].map(n => task.echo(n)))), [1, 2, 3, 4, 5, 6])
}) satisfies Case
