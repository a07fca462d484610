/** A promise of a library that has a class of its own. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => {
    class Deferred {
      // biome-ignore lint/suspicious/noThenProperty: it is what makes it a promise.
      then(resolve: (value: number) => void) {
        setTimeout(resolve, 5, 7)
      }
    }
    return { load: () => new Deferred() as unknown as PromiseLike<number> }
  })
  t.equal(await t.settles(task.load()), 7)
}) satisfies Case
