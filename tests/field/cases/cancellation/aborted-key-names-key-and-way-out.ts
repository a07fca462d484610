/** Who aborts a document and opens it again forgets to clear. */
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const { abortTaskController } = t.runtime
  const task = t.task()
  abortTaskController.abort('doc-17')
  await t.rejects(task.with({ key: 'doc-17' }).echo(1), 'AbortError', /doc-17.*clear/s)
  abortTaskController.clear('doc-17')
  t.equal(await t.settles(task.with({ key: 'doc-17' }).echo(2)), 2)
}) satisfies Case
