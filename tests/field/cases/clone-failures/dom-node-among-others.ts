import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxInFlight: 3 })
  const outcomes = await t.settles(Promise.allSettled([task.echo(1), task.echo(document.body), task.echo(2)]))
  t.equal(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
}) satisfies Case
