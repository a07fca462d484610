import type { Case } from '../../page/field.ts'

export default (async t => {
  const { echo, count } = t.task()
  t.equal(await t.settles(Promise.all([echo(1), count()])), [1, 1])
  t.equal(await t.settles(Promise.all([1, 2].map(echo as (n: number) => Promise<unknown>))), [1, 2])
}) satisfies Case
