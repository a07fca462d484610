import type { Case } from '../../page/field.ts'

export default (async t => {
  const worker = () => new Worker(URL.createObjectURL(new Blob(['this is no script'])), { type: 'module' })
  const task = t.task(undefined, { worker, crashMaxRetries: 0 })
  await t.rejects(task.ping(), 'WorkerCrashedError')
  t.ended(task)
}) satisfies Case
