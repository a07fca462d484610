import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ sizes: (a: Uint8Array, b: ArrayBuffer) => [a.byteLength, b.byteLength] }))
  const memory = new WebAssembly.Memory({ initial: 1 })
  t.equal(await t.settles(task.sizes(new Uint8Array(memory.buffer), new ArrayBuffer(8))), [65_536, 8])
}) satisfies Case
