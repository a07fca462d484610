/** The platform reads it once, when it clones. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  let read = 0
  const list = [1, 2]
  Object.defineProperty(list, 0, { get: () => ++read + 6, enumerable: true, configurable: true })
  const task = t.task()
  t.equal(await t.settles(task.echo(list)), [7, 2])
  t.equal(read, 1, 'how often the element was read')
}) satisfies Case
