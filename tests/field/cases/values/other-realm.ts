/** Objects of a frame: instanceof says no to them. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const frame = document.body.appendChild(document.createElement('iframe'))
  const realm = frame.contentWindow as Window & typeof globalThis
  const task = t.task()
  const buffer = new realm.ArrayBuffer(8)
  t.equal(await t.settles(task.echo(new realm.Map([['a', [1]]]))), new Map([['a', [1]]]))
  t.equal(await t.settles(task.what(buffer)), 'ArrayBuffer')
  t.equal(await t.settles(task.what(new realm.Uint8Array(4))), 'Uint8Array')
}) satisfies Case
