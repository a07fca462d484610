import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { type: 'parallel', poolSize: 2, init: 'eager' })
  const calls = [task.echo(1), task.echo(2), task.echo(3)]
  await t.sleep(5)
  task.dispose()
  for (const outcome of await t.settles(Promise.allSettled(calls))) {
    if (outcome.status === 'rejected') t.equal(outcome.reason.name, 'TaskDisposedError')
  }
  t.ended(task)
}) satisfies Case
