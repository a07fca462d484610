import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(undefined, { maxQueueDepth: 1, queuePolicy: 'drop-oldest' })
  const [one, two, three] = [task.echo(1), task.echo(2), task.echo(3)]
  await t.rejects(two, 'QueueDropError')
  t.equal(await t.settles(Promise.all([one, three])), [1, 3])
}) satisfies Case
