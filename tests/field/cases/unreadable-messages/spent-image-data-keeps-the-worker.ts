import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { crashPolicy: 'restart-requeue-in-flight' })
  t.equal(await t.settles(task.count()), 1)
  const image = new ImageData(2, 2)
  await t.settles(task.what(image))
  await t.rejects(task.what(image), 'TypeError')
  t.equal(await t.settles(task.count()), 2, 'the state of the worker')
}) satisfies Case
