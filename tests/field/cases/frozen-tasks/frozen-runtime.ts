import type { Case } from '../../page/field.ts'

export default (async t => {
  const runtime = Object.freeze(t.createRuntime())
  const task = t.task(undefined, { runtime })
  t.equal(await t.settles(task.with({ key: 'a' }).echo(1)), 1)
}) satisfies Case
