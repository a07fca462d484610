import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(
    () => {
      const counter = new Uint8Array(1)
      return {
        inc() {
          counter[0] = (counter[0] ?? 0) + 1
          return counter
        },
      }
    },
    { maxInFlight: 3 },
  )
  await t.settles(task.ping())
  const kept = task.with({ transferResult: false })
  const views = await t.settles(Promise.all([kept.inc(), kept.inc(), kept.inc()]))
  t.equal(
    views.map(([n]) => n),
    [1, 2, 3],
  )
}) satisfies Case
