import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => {
    class Endless extends Map<string, number> {
      override *[Symbol.iterator](): MapIterator<[string, number]> {
        for (;;) yield ['a', 1]
      }
    }
    return { rows: () => new Endless([['a', 1]]) as Map<string, number> }
  })
  t.equal(await t.settles(task.rows()), new Map([['a', 1]]))
}) satisfies Case
