/** The worker returns the same pixels twice; they moved with the first answer. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => {
    const image = new ImageData(2, 2)
    return { frame: () => image }
  })
  t.equal((await t.settles(task.frame())).width, 2)
  await t.rejects(task.frame(), 'TypeError')
  t.equal(await t.settles(task.count()), 1)
}) satisfies Case
