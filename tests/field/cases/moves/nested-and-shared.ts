import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    sum: ({ a, b }: { a: Uint8Array; b: Uint8Array }) => (a[0] ?? 0) + (b[0] ?? 0),
  }))
  const buffer = new ArrayBuffer(8)
  const [a, b] = [new Uint8Array(buffer, 0, 4), new Uint8Array(buffer, 4, 4)]
  a[0] = 3
  b[0] = 4
  t.equal(await t.settles(task.sum({ a, b })), 7)
  t.equal(buffer.byteLength, 0)
}) satisfies Case
