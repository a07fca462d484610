import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ size: (buffer: ArrayBuffer) => buffer.byteLength }), {
    type: 'parallel',
    poolSize: 2,
    maxInFlight: 4,
    maxQueueDepth: 20,
    crashPolicy: 'restart-requeue-in-flight',
  })
  await t.settles(Promise.all([task.wait(50), task.wait(50)]))
  const busy = [1, 2, 3, 4].map(() => task.deaf(500))
  const queued = [1, 2, 3].map(n => task.size(new ArrayBuffer(n)))
  await t.sleep(50)
  for (const worker of t.workers) worker.terminate()
  t.equal(await t.settles(Promise.all(queued), 'the calls of the queue'), [1, 2, 3])
  t.equal(await t.settles(Promise.all(busy), 'the calls that were on the workers'), Array(4).fill('waited'))
}) satisfies Case
