import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(
    () => {
      const state = { count: 0 }
      return {
        inc() {
          state.count++
          return state
        },
      }
    },
    { maxInFlight: 3 },
  )
  await t.settles(task.ping())
  const states = await t.settles(Promise.all([task.inc(), task.inc(), task.inc()]))
  t.equal(
    states.map(({ count }) => count),
    [1, 2, 3],
  )
}) satisfies Case
