import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxQueueDepth: 1, queuePolicy: 'reject' })
  const [one, two, three] = [task.echo(1), task.echo(2), task.echo(3)]
  const error = await t.rejects(three, 'QueueDropError')
  t.equal((error as Error & { policy: string }).policy, 'reject')
  t.equal(await t.settles(Promise.all([one, two])), [1, 2])
}) satisfies Case
