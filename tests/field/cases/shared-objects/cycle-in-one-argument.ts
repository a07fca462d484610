/** What is shared within one call stays so. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ isCycle: (o: { self?: object }) => o.self === o }), { maxInFlight: 2 })
  await t.settles(task.ping())
  const o: { self?: object } = {}
  o.self = o
  t.equal(await t.settles(Promise.all([task.isCycle(o), task.isCycle(o)])), [true, true])
}) satisfies Case
