import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ take: (_: ArrayBuffer, __: OffscreenCanvas) => 'taken' }))
  const buffer = new ArrayBuffer(8)
  const canvas = new OffscreenCanvas(2, 2)
  structuredClone(canvas, { transfer: [canvas] })
  await t.rejects(task.take(buffer, canvas), 'TypeError')
  t.equal(buffer.byteLength, 8, 'the length of the buffer beside it')
}) satisfies Case
