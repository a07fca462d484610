import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = Object.freeze(t.task())
  t.equal(await t.settles(task.echo(1)), 1)
  t.equal(await t.settles(task.with({}).echo(2)), 2)
}) satisfies Case
