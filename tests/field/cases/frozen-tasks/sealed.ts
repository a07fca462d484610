import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = Object.seal(t.task())
  t.equal(await t.settles(task.echo(1)), 1)
}) satisfies Case
