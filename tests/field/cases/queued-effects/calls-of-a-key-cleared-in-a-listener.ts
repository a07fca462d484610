import type { Case } from '../../page/field.ts'

export default (async t => {
  const { abortTaskController } = t.runtime
  const task = t.task(undefined, { maxInFlight: 2 })
  await t.settles(task.ping())
  const call = task.with({ key: 'k' }).wait(2_000)
  let done = false
  t.runtime.subscribeEvents(event => {
    if (done || event.name !== 'task.dispatch.total') return
    done = true
    abortTaskController.abort('k')
    abortTaskController.clear('k')
  })
  await t.settles(task.echo(1))
  const { message } = await t.rejects(call, 'AbortError')
  t.ok(message.length > 0, 'the error has a message')
}) satisfies Case
