/** What is stopped in the middle of its start is sent later, and its buffer is still there. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ size: (buffer: ArrayBuffer) => buffer.byteLength }), {
    maxInFlight: 2,
    maxQueueDepth: 20,
    crashPolicy: 'restart-requeue-in-flight',
  })
  await t.settles(task.ping())
  let dispatched = 0
  t.runtime.subscribeEvents(event => {
    if (event.name === 'task.dispatch.total' && ++dispatched === 2) task.stopWorkers()
  })
  const calls = [1, 2, 3].map(n => task.size(new ArrayBuffer(n)))
  await t.sleep(50)
  task.startWorkers()
  const outcomes = await t.settles(Promise.allSettled(calls), 'all calls')
  for (const [at, outcome] of outcomes.entries()) {
    // The first may have left, with its buffer.
    if (outcome.status === 'rejected') t.equal([at, outcome.reason.name], [0, 'WorkerCrashedError'])
    else t.equal(outcome.value, at + 1)
  }
}) satisfies Case
