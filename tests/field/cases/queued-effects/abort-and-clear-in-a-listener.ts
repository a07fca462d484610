import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const { abortTaskController } = t.runtime
  const signal = abortTaskController.signalFor('k')
  let done = false
  t.runtime.subscribeEvents(event => {
    if (done || event.name !== 'task.dispatch.total') return
    done = true
    abortTaskController.abort('k')
    abortTaskController.clear('k')
  })
  const task = t.task()
  await t.settles(task.echo(1))
  t.ok(signal.aborted, 'the signal of the key is aborted')
  t.equal(abortTaskController.isAborted('k'), false)
}) satisfies Case
