import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxQueueDepth: 1, queuePolicy: 'drop-latest' })
  const [one, two, three] = [task.echo(1), task.echo(2), task.echo(3)]
  await t.rejects(three, 'QueueDropError')
  t.equal(await t.settles(Promise.all([one, two])), [1, 2])
}) satisfies Case
