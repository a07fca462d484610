import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxInFlight: 3 })
  await t.settles(task.ping())
  await t.sleep(20)
  const first = task.spin(100)
  const answered = task.echo(1).then(() => Date.now())
  const last = task.spin(1_000)
  await t.settles(first)
  t.ok((await t.settles(answered)) < (await t.settles(last)), 'it was answered before its neighbor ended')
}) satisfies Case
