import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(
    () => {
      const image = new ImageData(2, 2)
      return { frame: () => image }
    },
    { maxInFlight: 4 },
  )
  await t.settles(task.frame())
  const outcomes = await t.settles(Promise.allSettled([task.echo(1), task.frame(), task.echo(2)]))
  t.equal(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
}) satisfies Case
