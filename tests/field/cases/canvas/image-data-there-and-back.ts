import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const image = new ImageData(2, 1)
  image.data.set([1, 2, 3, 4, 5, 6, 7, 8])
  const back = (await t.settles(task.echo(image))) as ImageData
  t.equal([back.width, [...back.data]], [2, [1, 2, 3, 4, 5, 6, 7, 8]])
}) satisfies Case
