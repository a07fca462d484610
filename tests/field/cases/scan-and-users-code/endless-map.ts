import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  class Endless extends Map<string, number> {
    override *[Symbol.iterator](): MapIterator<[string, number]> {
      for (;;) yield ['a', 1]
    }
  }
  const task = t.task(() => ({ size: (map: Map<string, number>) => map.size }))
  t.equal(await t.settles(task.size(new Endless([['a', 1]]))), 1)
}) satisfies Case
