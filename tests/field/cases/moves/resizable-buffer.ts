import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const buffer = Reflect.construct(ArrayBuffer, [8, { maxByteLength: 16 }])
  const back = (await t.settles(task.echo(buffer))) as ArrayBuffer & { resizable: boolean }
  t.equal([back.byteLength, back.resizable, buffer.byteLength], [8, true, 0])
}) satisfies Case
