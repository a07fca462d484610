import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => {
    const memory = new WebAssembly.Memory({ initial: 1 })
    return { read: () => ({ header: new ArrayBuffer(8), body: new Uint8Array(memory.buffer) }) }
  })
  const { header, body } = await t.settles(task.read())
  t.equal([header.byteLength, body.byteLength], [8, 65_536])
}) satisfies Case
