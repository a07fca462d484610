import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => {
    const memory = new WebAssembly.Memory({ initial: 1 })
    return { read: () => new Uint8Array(memory.buffer) }
  })
  t.equal((await t.settles(task.read())).byteLength, 65_536)
  t.equal((await t.settles(task.read())).byteLength, 65_536, 'the second time')
}) satisfies Case
