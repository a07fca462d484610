import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, {
    maxInFlight: 2,
    maxQueueDepth: 4,
    crashPolicy: 'restart-requeue-in-flight',
  })
  await t.settles(task.ping())
  const calls = [task.deaf(300), task.echo(1), task.echo(2)]
  await t.sleep(50)
  for (const worker of t.workers) worker.terminate()
  t.equal(await t.settles(Promise.all(calls)), ['waited', 1, 2])
}) satisfies Case
