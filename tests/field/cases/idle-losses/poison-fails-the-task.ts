/** Crashes that follow each other, each after a restart, still count. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { crashMaxRetries: 2 })
  for (let n = 0; n < 3; n++) await t.rejects(task.close(), 'WorkerCrashedError')
  await t.until(() => task.getState().workerStatus === 'crashed', 'the failure of the task')
  await t.rejects(task.echo(1), 'WorkerCrashedError')
  task.startWorkers()
  t.equal(await t.settles(task.echo('revived')), 'revived')
}) satisfies Case
