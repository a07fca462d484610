/** A depth of 0: what can start at once starts, and the policy speaks for the rest. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxQueueDepth: 0, queuePolicy: 'reject' })
  const running = task.echo(1)
  await t.rejects(task.echo(2), 'QueueDropError')
  t.equal(await t.settles(running), 1)
  t.equal(await t.settles(task.echo(3)), 3)
}) satisfies Case
