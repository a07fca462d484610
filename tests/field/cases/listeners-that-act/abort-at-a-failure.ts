/** One call of a message cannot be cloned, and a listener aborts its neighbors because of it. */
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const { runtime } = t
  const task = t.task(undefined, { maxInFlight: 4 })
  await t.settles(task.ping())
  runtime.subscribeEvents(event => {
    if (event.name === 'task.failure.total') runtime.abortTaskController.abort('group')
  })
  const group = task.with({ key: 'group' })
  const calls = [group.echo(1), group.echo(() => 0), group.echo(2), group.wait(200)]
  const outcomes = await t.settles(Promise.allSettled(calls), 'all calls')
  t.equal(outcomes[1]?.status, 'rejected')
  runtime.abortTaskController.clear('group')
  await t.settles(task.drain(), 'drain()')
  t.equal(task.getState().queueDepth, 0, 'calls in flight')
}) satisfies Case
