import type { Case } from '../../page/field.ts'

export default (async t => {
  const worker = t.worker(
    () => ({ size: (list: number[], by?: (n: number) => number) => list.length + (by ? 1 : 0) }),
    {
      context: false,
    },
  )
  const task = t.define<{ ping(): Promise<string>; size(list: number[]): Promise<number> }>({
    type: 'singleton',
    worker,
  })
  t.equal(await t.settles(task.size([1, 2])), 2)
}) satisfies Case
