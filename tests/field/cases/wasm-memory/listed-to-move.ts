/** What is asked for cannot be done, so nothing is. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ sizes: (a: ArrayBuffer, b: ArrayBuffer) => [a.byteLength, b.byteLength] }))
  const memory = new WebAssembly.Memory({ initial: 1 })
  const buffer = new ArrayBuffer(8)
  await t.rejects(task.with({ transfer: [buffer, memory.buffer] }).sizes(buffer, memory.buffer), 'TypeError')
  t.equal(buffer.byteLength, 8, 'the length of the buffer beside it')
}) satisfies Case
