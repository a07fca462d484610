import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { crashPolicy: 'fail-task', maxQueueDepth: 4 })
  const calls = [task.close(), task.echo(1), task.echo(2)]
  for (const call of calls) await t.rejects(call, 'WorkerCrashedError')
  await t.rejects(task.echo(3), 'WorkerCrashedError')
  task.startWorkers()
  t.equal(await t.settles(task.echo(4)), 4)
}) satisfies Case
