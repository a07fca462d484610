import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(() => ({ sizes: (a: ArrayBuffer, b: Uint8Array) => [a.byteLength, b.byteLength] }))
  const memory = new WebAssembly.Memory({ initial: 1 })
  t.equal(await t.settles(task.sizes(new ArrayBuffer(8), new Uint8Array(memory.buffer))), [8, 65_536])
}) satisfies Case
