import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(
    () => {
      const cached = { rows: [1, 2] }
      return { load: () => cached }
    },
    { maxInFlight: 2 },
  )
  await t.settles(task.ping())
  const [mine, yours] = await t.settles(Promise.all([task.load(), task.load()]))
  mine.rows.pop()
  t.equal(yours.rows, [1, 2], "the other caller's rows")
}) satisfies Case
