/** A few bytes that stand for four thousand million elements. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    sparse() {
      const list: number[] = []
      list[4_000_000_000] = 1
      return list
    },
  }))
  await t.settles(task.sparse().catch(() => undefined))
  await t.settles(t.sleep(20), 'a timer of the page')
}) satisfies Case
