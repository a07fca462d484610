import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ size: (buffer: ArrayBuffer) => buffer.byteLength }), {
    type: 'parallel',
    poolSize: 2,
    maxInFlight: 4,
    maxQueueDepth: 10,
    cancelGraceMs: 50,
    crashPolicy: 'restart-requeue-in-flight',
  })
  await t.settles(Promise.all([task.wait(50), task.wait(50)]))
  const stuck = [1, 2, 3, 4].map(() => task.with({ signal: AbortSignal.timeout(100) }).hang())
  const queued = [1, 2, 3].map(n => task.size(new ArrayBuffer(n)))
  for (const call of stuck) await t.rejects(call, 'AbortError')
  t.equal(await t.settles(Promise.all(queued), 'the calls of the queue'), [1, 2, 3])
}) satisfies Case
