import type { Case } from '../../page/field.ts'

export default (async t => {
  class Endless extends Array<number> {
    override *[Symbol.iterator](): ArrayIterator<number> {
      for (;;) yield 1
    }
  }
  const task = t.task(() => ({ size: (list: number[]) => list.length }))
  const list = new Endless()
  list.push(1, 2)
  t.equal(await t.settles(task.size(list)), 2)
}) satisfies Case
