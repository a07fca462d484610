import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ take: (_: ArrayBuffer, __: ImageBitmap) => 'taken' }))
  const buffer = new ArrayBuffer(8)
  const bitmap = await createImageBitmap(new ImageData(2, 2))
  bitmap.close()
  await t.rejects(task.take(buffer, bitmap), 'TypeError')
  t.equal(buffer.byteLength, 8, 'the length of the buffer beside it')
}) satisfies Case
