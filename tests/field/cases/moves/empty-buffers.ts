import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const back = (await t.settles(task.echo([new ArrayBuffer(0), new Uint8Array(0)]))) as [
    ArrayBuffer,
    Uint8Array,
  ]
  t.equal([back[0].byteLength, back[1].byteLength], [0, 0])
}) satisfies Case
