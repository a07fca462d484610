import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ take: (_: ArrayBuffer, __: ReadableStream) => 'taken' }))
  const buffer = new ArrayBuffer(8)
  const stream = new ReadableStream()
  stream.getReader()
  await t.rejects(task.take(buffer, stream), 'TypeError')
  t.equal(buffer.byteLength, 8, 'the length of the buffer beside it')
}) satisfies Case
