import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxInFlight: 3 })
  await t.settles(task.ping())
  await t.sleep(20)
  const answered = Promise.all([task.echo(1), task.echo(2)]).then(() => Date.now())
  const ended = task.spin(1_000)
  t.ok(
    (await t.settles(answered)) < (await t.settles(ended)),
    'both were answered before their neighbor ended',
  )
}) satisfies Case
