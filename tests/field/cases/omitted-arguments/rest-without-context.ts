import type { Case } from '../../page/field.ts'

export default (async t => {
  const worker = t.worker(() => ({ sum: (...numbers: number[]) => numbers.reduce((sum, n) => sum + n, 0) }), {
    context: false,
  })
  const task = t.define<{ ping(): Promise<string>; sum(...numbers: number[]): Promise<number> }>({
    type: 'singleton',
    worker,
  })
  t.equal(await t.settles(task.sum(1, 2, 3)), 6)
  t.equal(await t.settles(task.sum()), 0)
}) satisfies Case
