import type { Case } from '../../page/field.ts'

export default (async t => {
  const { abortTaskController } = t.runtime
  const task = t.task()
  const call = task.with({ key: 'doc-19' }).wait(2_000)
  await t.sleep(50)
  abortTaskController.abort('doc-19')
  await t.rejects(call, 'AbortError', /doc-19/)
}) satisfies Case
