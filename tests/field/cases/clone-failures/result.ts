import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ callback: () => ({ run: () => 0 }) as unknown }))
  await t.rejects(task.callback(), 'TypeError', /"callback"/)
}) satisfies Case
