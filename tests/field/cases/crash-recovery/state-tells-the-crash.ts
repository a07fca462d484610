import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  await t.rejects(task.close(), 'WorkerCrashedError')
  const { lastCrash } = task.getState()
  t.ok(
    lastCrash && Math.abs(lastCrash.ts - Date.now()) < 60_000,
    `the time of the crash is by the clock of Date: ${lastCrash?.ts}`,
  )
  t.equal(lastCrash?.workerIndex, 0)
}) satisfies Case
