import type { Case } from '../../page/field.ts'

export default (async t => {
  const events = t.events()
  const task = t.task()
  await t.settles(task.stray('one'))
  await t.until(() => t.total(events, 'worker.unhandled.total') === 1, 'worker.unhandled.total of 1')
  t.equal(t.total(events, 'worker.crash.total'), 0, 'worker.crash.total')
}) satisfies Case
