import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxInFlight: 2, timeoutMs: 700 })
  await t.settles(task.ping())
  await t.sleep(20)
  const answer = task.echo('in time')
  const spin = task.spin(1_500)
  t.equal(await t.settles(answer), 'in time')
  await t.rejects(spin, 'AbortError')
}) satisfies Case
