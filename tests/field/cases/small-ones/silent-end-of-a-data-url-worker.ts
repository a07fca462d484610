/** Nobody can see that it ended, so the call needs a timeout; the place is free again with the grace. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const worker = t.worker(undefined, undefined, 'data')
  const task = t.task(undefined, { worker, timeoutMs: 700, cancelGraceMs: 50 })
  await t.settles(task.ping())
  await t.rejects(task.close())
  t.equal(await t.settles(task.echo('back')), 'back')
}) satisfies Case
