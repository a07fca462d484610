import type { Case } from '../../page/field.ts'

export default (async t => {
  const worker = t.script(() => undefined)
  const task = t.task(undefined, { worker, startTimeoutMs: 300, crashMaxRetries: 0 })
  await t.rejects(task.ping(), 'WorkerCrashedError')
  t.ended(task)
}) satisfies Case
