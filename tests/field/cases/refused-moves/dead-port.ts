import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(() => ({ take: (_: ArrayBuffer, __: MessagePort) => 'taken' }))
  const buffer = new ArrayBuffer(8)
  const { port1 } = new MessageChannel()
  structuredClone(port1, { transfer: [port1] })
  await t.rejects(task.take(buffer, port1), 'TypeError')
  t.equal(buffer.byteLength, 8, 'the length of the buffer beside it')
}) satisfies Case
