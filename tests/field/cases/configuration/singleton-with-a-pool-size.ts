/** So that a task can change its type alone. */
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(undefined, { type: 'singleton', poolSize: 4 })
  t.equal(await t.settles(Promise.all([task.count(), task.count()])), [1, 2])
  t.equal(t.workers.length, 1, 'the number of workers')
}) satisfies Case
