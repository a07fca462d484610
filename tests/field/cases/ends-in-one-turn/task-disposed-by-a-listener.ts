import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ size: (buffer: ArrayBuffer) => buffer.byteLength }), {
    maxInFlight: 2,
    maxQueueDepth: 20,
  })
  await t.settles(task.ping())
  t.runtime.subscribeEvents(event => {
    if (event.name === 'task.success.total') task.dispose()
  })
  const calls = [1, 2, 3, 4].map(n => task.size(new ArrayBuffer(n)))
  const outcomes = await t.settles(Promise.allSettled(calls), 'all calls')
  t.equal(outcomes[0]?.status, 'fulfilled')
  for (const outcome of outcomes.slice(1)) {
    if (outcome.status === 'rejected') t.equal(outcome.reason.name, 'TaskDisposedError')
  }
  t.ended(task)
}) satisfies Case
