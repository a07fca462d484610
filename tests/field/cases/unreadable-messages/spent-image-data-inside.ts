import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const image = new ImageData(2, 2)
  await t.settles(task.what(image))
  await t.rejects(task.echo({ frame: image }), 'TypeError')
  await t.rejects(task.echo([1, [image]]), 'TypeError')
  await t.rejects(task.echo(new Map([['frame', image]])), 'TypeError')
}) satisfies Case
