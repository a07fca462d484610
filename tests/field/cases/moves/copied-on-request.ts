import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const buffer = new ArrayBuffer(16)
  const back = (await t.settles(task.with({ transfer: [] }).echo(buffer))) as ArrayBuffer
  t.equal([buffer.byteLength, back.byteLength], [16, 16])
}) satisfies Case
