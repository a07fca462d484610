import type { Case } from '../../page/field.ts'

export default (async t => {
  const { abortTaskController } = t.runtime
  const before = abortTaskController.signalFor('k')
  let after: AbortSignal | undefined
  t.runtime.subscribeEvents(event => {
    if (after || event.name !== 'task.dispatch.total') return
    abortTaskController.abort('k')
    abortTaskController.clear('k')
    after = abortTaskController.signalFor('k')
  })
  const task = t.task()
  await t.settles(task.echo(1))
  t.equal([before.aborted, after?.aborted], [true, false], 'whether the signals are aborted')
}) satisfies Case
