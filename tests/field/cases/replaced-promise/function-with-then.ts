/** The promises of some libraries are functions. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    load() {
      // biome-ignore lint/suspicious/noThenProperty: it is what makes it a promise.
      const members = { then: (resolve: (value: number) => void) => resolve(7) }
      return Object.assign(() => 0, members) as unknown as PromiseLike<number>
    },
  }))
  t.equal(await t.settles(task.load()), 7)
}) satisfies Case
