import type { Case } from '../../page/field.ts'

export default (async t => {
  class Frame {
    readonly [Symbol.toStringTag] = 'Frame'
    constructor(readonly data: ArrayBuffer) {}
  }
  const task = t.task(() => ({ size: ({ data }: { data: ArrayBuffer }) => data.byteLength }))
  const data = new ArrayBuffer(8)
  t.equal(await t.settles(task.size(new Frame(data))), 8)
  t.equal(data.byteLength, 0, 'the length of the buffer that moved')
}) satisfies Case
