import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task() as unknown as { missing(): Promise<void>; ping(): Promise<string> }
  await t.rejects(task.missing(), 'TypeError', /"missing".*ping/s)
}) satisfies Case
