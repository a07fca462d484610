/** Strict mode: made, thrown away at once, and made again under the same name. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  for (let n = 0; n < 3; n++) {
    const task = t.task(undefined, { taskId: 'parser', init: 'eager' })
    task.dispose()
    t.ended(task)
  }
  const task = t.task(undefined, { taskId: 'parser' })
  t.equal(await t.settles(task.echo(1)), 1)
}) satisfies Case
