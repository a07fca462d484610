import type { Case } from '../../page/field.ts'

export default (async t => {
  const { abortTaskController } = t.runtime
  const task = t.task(undefined, { maxQueueDepth: 5 })
  await t.settles(task.ping())
  t.runtime.subscribeEvents(event => {
    if (event.kind === 'gauge' && event.name === 'queue.pending' && event.value === 2)
      abortTaskController.abort('k')
  })
  const running = task.wait(100)
  const pending = [task.with({ key: 'k' }).echo(1), task.with({ key: 'k' }).echo(2)]
  for (const call of pending) await t.rejects(call, 'AbortError')
  t.equal(await t.settles(running), 'waited')
}) satisfies Case
