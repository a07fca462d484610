/** A call that has not started is none of a dying worker's. */
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(() => ({ size: (buffer: ArrayBuffer) => buffer.byteLength }), {
    type: 'parallel',
    poolSize: 2,
    maxInFlight: 3,
    maxQueueDepth: 10,
    cancelGraceMs: 50,
  })
  const stop = new AbortController()
  const stuck = [1, 2, 3].map(() => task.with({ signal: stop.signal }).hang())
  const queued = [1, 2, 3].map(n => task.size(new ArrayBuffer(n)))
  await t.sleep(150)
  stop.abort()
  for (const call of stuck) await t.rejects(call, 'AbortError')
  t.equal(await t.settles(Promise.all(queued), 'the calls of the queue'), [1, 2, 3])
}) satisfies Case
