import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  await t.settles(task.echo(1))
  Object.freeze(task)
  t.equal(await t.settles(Promise.all([task.echo(2), task.count()])), [2, 1])
  t.equal(task.getState().queueDepth, 0)
}) satisfies Case
