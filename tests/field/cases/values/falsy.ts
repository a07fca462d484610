import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  for (const value of [0, '', false, null, undefined, 0n]) t.equal(await t.settles(task.echo(value)), value)
}) satisfies Case
