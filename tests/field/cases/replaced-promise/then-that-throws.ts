import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    load: () =>
      ({
        // biome-ignore lint/suspicious/noThenProperty: a broken promise.
        then() {
          throw new RangeError('broken')
        },
      }) as unknown as PromiseLike<number>,
  }))
  await t.rejects(task.load(), 'RangeError', /broken/)
}) satisfies Case
