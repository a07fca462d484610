/** A view moves its whole buffer, offset and length included. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const back = (await t.settles(task.echo(new Uint16Array(new ArrayBuffer(16), 4, 2)))) as Uint16Array
  t.equal([back.byteOffset, back.length, back.buffer.byteLength], [4, 2, 16])
}) satisfies Case
