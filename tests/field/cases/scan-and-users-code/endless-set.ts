import type { Case } from '../../page/field.ts'

export default (async t => {
  let asked = 0
  class Watched extends Set<number> {
    override *[Symbol.iterator](): SetIterator<number> {
      asked++
      for (;;) yield 1
    }
    override values = this[Symbol.iterator]
  }
  const task = t.task(() => ({ size: (set: Set<number>) => set.size }))
  const set = new Watched()
  set.add(1)
  set.add(2)
  t.equal(await t.settles(task.size(set)), 2)
  t.equal(asked, 0, 'how often its iterator was asked for')
}) satisfies Case
