/** Without locks and with an origin of its own. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { worker: t.worker(undefined, undefined, 'data') })
  t.equal(await t.settles(Promise.all([task.echo(1), task.count()])), [1, 1])
  t.equal(
    await t.settles(task.echo(new ArrayBuffer(8)).then(buffer => (buffer as ArrayBuffer).byteLength)),
    8,
  )
}) satisfies Case
