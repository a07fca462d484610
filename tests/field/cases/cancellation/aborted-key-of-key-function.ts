import type { Case } from '../../page/field.ts'

export default (async t => {
  const { abortTaskController } = t.runtime
  const task = t.task(undefined, { keyOf: (value: { doc: string }) => value?.doc })
  abortTaskController.abort('doc-18')
  await t.rejects(task.echo({ doc: 'doc-18' }), 'AbortError', /doc-18.*clear/s)
}) satisfies Case
