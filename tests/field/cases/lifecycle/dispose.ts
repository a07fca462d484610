import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(undefined, { maxQueueDepth: 3 })
  await t.settles(task.ping())
  const calls = [task.hang(), task.echo(1), task.echo(2)]
  task.dispose()
  task.dispose()
  for (const call of calls) await t.rejects(call, 'TaskDisposedError')
  await t.rejects(task.echo(3), 'TaskDisposedError')
  t.ended(task)
}) satisfies Case
