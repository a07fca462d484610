import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxQueueDepth: 0, queuePolicy: 'drop-oldest' })
  const running = task.echo(1)
  await t.rejects(task.echo(2), 'QueueDropError')
  t.equal(await t.settles(running), 1)
}) satisfies Case
