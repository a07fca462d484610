import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const bitmap = await createImageBitmap(new ImageData(3, 2))
  const back = (await t.settles(task.echo(bitmap))) as ImageBitmap
  t.equal([bitmap.width, back.width, back.height], [0, 3, 2])
  back.close()
}) satisfies Case
