import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { timeoutMs: 2 ** 40, idleTimeoutMs: 2 ** 40, cancelGraceMs: 2 ** 40 })
  t.equal(await t.settles(task.wait(50)), 'waited')
}) satisfies Case
