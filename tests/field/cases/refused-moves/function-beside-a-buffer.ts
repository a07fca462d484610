import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({ take: (_: ArrayBuffer, __: unknown) => 'taken' }))
  const buffer = new ArrayBuffer(8)
  await t.rejects(
    task.take(buffer, () => 0),
    'TypeError',
  )
  t.equal(buffer.byteLength, 8, 'the length of the buffer beside it')
}) satisfies Case
