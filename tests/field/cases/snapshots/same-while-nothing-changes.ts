import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task()
  await t.settles(task.ping())
  await t.sleep(20)
  const before = t.runtime.getRuntimeSnapshot()
  t.ok(t.runtime.getRuntimeSnapshot() === before, 'two snapshots in a row are one object')
}) satisfies Case
