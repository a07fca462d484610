import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { idleTimeoutMs: 50 })
  t.equal(await t.settles(task.count()), 1)
  await t.until(() => task.getState().activeWorkers === 0, 'the end of the idle worker')
  t.equal(await t.settles(task.count()), 1, 'the count of the next worker')
}) satisfies Case
