import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(() => ({ bump: (o: { n: number }) => ++o.n }), { maxInFlight: 3 })
  await t.settles(task.ping())
  const o = { n: 0 }
  t.equal(await t.settles(Promise.all([task.bump(o), task.bump(o), task.bump(o)])), [1, 1, 1])
}) satisfies Case
