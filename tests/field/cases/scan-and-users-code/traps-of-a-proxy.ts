/** A Proxy cannot be cloned, whatever its traps do. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const endless = new Proxy(
    {},
    {
      getPrototypeOf() {
        throw new Error('a trap')
      },
      ownKeys() {
        throw new Error('a trap')
      },
    },
  )
  await t.rejects(task.echo(endless))
  await t.rejects(task.echo([endless]))
}) satisfies Case
