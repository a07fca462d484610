import type { Case } from '../../page/field.ts'

export default (async t => {
  const worker = t.worker(() => ({ max: Math.max, now: Date.UTC }), { context: false })
  const task = t.define<{ ping(): Promise<string>; max(...numbers: number[]): Promise<number> }>({
    type: 'singleton',
    worker,
  })
  t.equal(await t.settles(task.max(3, 7, 5)), 7)
}) satisfies Case
