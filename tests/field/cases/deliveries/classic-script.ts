import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { worker: t.worker(undefined, undefined, 'classic') })
  t.equal(await t.settles(Promise.all([task.echo(1), task.count()])), [1, 1])
}) satisfies Case
