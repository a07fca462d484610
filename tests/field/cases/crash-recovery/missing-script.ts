import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, {
    worker: () => new Worker('/no-such-file.js', { type: 'module' }),
    crashMaxRetries: 0,
  })
  const { cause } = await t.rejects(task.ping(), 'WorkerCrashedError')
  t.ok(/URL/.test((cause as Error).message), 'the cause names the likely reasons')
  t.ended(task)
}) satisfies Case
