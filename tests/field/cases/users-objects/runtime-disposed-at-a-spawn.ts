import type { Case } from '../../page/field.ts'

export default (async t => {
  let terminated = 0
  const { terminate } = Worker.prototype
  Worker.prototype.terminate = function () {
    terminated++
    terminate.call(this)
  }
  const runtime = t.createRuntime()
  runtime.subscribeEvents(event => {
    if (event.name === 'worker.spawn.total') runtime.dispose()
  })
  const task = t.task(undefined, { runtime, type: 'parallel', poolSize: 2 })
  await t.rejects(task.echo(1), 'TaskDisposedError')
  await t.rejects(task.echo(2), 'TaskDisposedError')
  await t.until(() => terminated === t.workers.length, 'the end of every worker')
  t.ended(runtime)
}) satisfies Case
