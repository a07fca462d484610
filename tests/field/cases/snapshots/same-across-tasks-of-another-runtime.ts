import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  await t.settles(task.ping())
  const other = t.task(undefined, { runtime: t.createRuntime() })
  const before = t.runtime.getRuntimeSnapshot()
  await t.settles(other.ping())
  t.ok(before === t.runtime.getRuntimeSnapshot(), 'the snapshot is the same while another runtime works')
}) satisfies Case
