/** Whether the definition is refused or the call: nothing fails but the task, and its worker is not left running. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  let terminated = 0
  const { terminate } = Worker.prototype
  Worker.prototype.terminate = function () {
    terminated++
    terminate.call(this)
  }
  const runtime = t.createRuntime()
  const make = t.worker(undefined)
  const define = async () =>
    t.task(undefined, {
      runtime,
      init: 'eager',
      worker: () => {
        runtime.dispose()
        return make()
      },
    })
  await t.rejects(
    define().then(task => task.echo(1)),
    'TaskDisposedError',
  )
  await t.until(() => terminated === t.workers.length, 'the end of every worker')
  t.ended(runtime)
  t.equal(await t.settles(t.task().echo(1)), 1)
}) satisfies Case
