import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxQueueDepth: 5 })
  t.equal(await t.settles(task.count()), 1)
  task.stopWorkers()
  const calls = [task.count(), task.count()]
  t.equal(task.getState().taskStatus, 'paused')
  await t.sleep(20)
  task.startWorkers()
  t.equal(await t.settles(Promise.all(calls)), [1, 2], 'the counts of the new worker')
}) satisfies Case
