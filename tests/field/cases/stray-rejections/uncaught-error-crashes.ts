import type { Case } from '../../page/field.ts'

export default (async t => {
  const events = t.events()
  const task = t.task()
  await t.settles(task.bang('uncaught'))
  await t.until(() => t.total(events, 'worker.crash.total') === 1, 'worker.crash.total of 1')
  t.equal(await t.settles(task.count()), 1, 'the count of a new worker')
}) satisfies Case
