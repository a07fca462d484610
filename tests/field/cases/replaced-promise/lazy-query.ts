/** Query builders are thenables that run when they are awaited. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => {
    class Query {
      #limit = 3
      limit(n: number) {
        this.#limit = n
        return this
      }
      // biome-ignore lint/suspicious/noThenProperty: it is what makes it awaitable.
      then(resolve: (rows: number[]) => void) {
        resolve([1, 2, 3].slice(0, this.#limit))
      }
    }
    return { rows: (n: number) => new Query().limit(n) as unknown as PromiseLike<number[]> }
  })
  t.equal(await t.settles(task.rows(2)), [1, 2])
}) satisfies Case
