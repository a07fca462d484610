import type { Case } from '../../page/field.ts'

export default (async t => {
  const events = t.events()
  const task = t.task(undefined, { maxQueueDepth: 0, queuePolicy: 'reject' })
  const running = task.echo(1)
  await t.rejects(task.echo(2), 'QueueDropError')
  await t.settles(running)
  const rejected = events.find(event => event.name === 'task.rejected.total') as
    | { attrs?: object }
    | undefined
  t.equal((rejected?.attrs as Record<string, unknown>)?.['queue.policy'], 'reject')
}) satisfies Case
