/** Several answers come in one message, and the first makes a listener stop the workers. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ size: (buffer: ArrayBuffer) => buffer.byteLength }), {
    maxInFlight: 3,
    maxQueueDepth: 20,
    crashPolicy: 'restart-requeue-in-flight',
  })
  await t.settles(task.ping())
  let stopped = false
  t.runtime.subscribeEvents(event => {
    if (stopped || event.name !== 'task.success.total') return
    stopped = true
    task.stopWorkers()
  })
  const calls = [1, 2, 3, 4, 5, 6].map(n =>
    task.with({ transfer: n > 3 ? undefined : [] }).size(new ArrayBuffer(n)),
  )
  await t.until(() => stopped, 'the stop')
  await t.sleep(50)
  task.startWorkers()
  t.equal(await t.settles(Promise.all(calls), 'all calls'), [1, 2, 3, 4, 5, 6])
}) satisfies Case
