/** Pixels that have moved with an earlier call. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const image = new ImageData(2, 2)
  t.equal(await t.settles(task.what(image)), 'ImageData')
  await t.rejects(task.what(image), 'TypeError')
}) satisfies Case
