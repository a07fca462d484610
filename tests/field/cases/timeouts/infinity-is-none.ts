import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(undefined, { timeoutMs: Number.POSITIVE_INFINITY })
  t.equal(await t.settles(task.wait(50)), 'waited')
}) satisfies Case
