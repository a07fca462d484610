import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, {
    worker: (() => Promise.reject(new Error('no worker today'))) as unknown as () => Worker,
    crashMaxRetries: 0,
  })
  t.foresees(/no worker today/)
  await t.rejects(task.ping(), 'WorkerCrashedError')
  t.ended(task)
}) satisfies Case
