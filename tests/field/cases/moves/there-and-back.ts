import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task()
  const buffer = new ArrayBuffer(16)
  const back = (await t.settles(task.echo(buffer))) as ArrayBuffer
  t.equal([buffer.byteLength, back.byteLength], [0, 16])
}) satisfies Case
