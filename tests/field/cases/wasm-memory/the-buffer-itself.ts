import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const memory = new WebAssembly.Memory({ initial: 1 })
  t.equal(await t.settles(task.what(memory.buffer)), 'ArrayBuffer')
  t.equal(memory.buffer.byteLength, 65_536, 'the length of the memory')
}) satisfies Case
