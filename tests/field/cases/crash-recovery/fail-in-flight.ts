import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(undefined, { maxInFlight: 2, maxQueueDepth: 4 })
  const lost = [task.close(), task.deaf(2_000)]
  const kept = task.echo('kept')
  for (const call of lost) await t.rejects(call, 'WorkerCrashedError')
  t.equal(await t.settles(kept), 'kept')
}) satisfies Case
