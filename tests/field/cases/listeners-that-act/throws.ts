/** A listener that throws disturbs nobody. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  t.runtime.subscribeEvents(() => {
    throw new Error('of a listener')
  })
  t.foresees(/of a listener/)
  t.equal(await t.settles(task.echo(1)), 1)
}) satisfies Case
