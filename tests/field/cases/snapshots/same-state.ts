import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  await t.settles(task.ping())
  await t.sleep(20)
  const before = task.getState()
  t.ok(task.getState() === before, 'two states in a row are one object')
}) satisfies Case
