/** Its worker can never be used, so it must not be left running. */
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  let terminated = 0
  const { terminate } = Worker.prototype
  Worker.prototype.terminate = function () {
    terminated++
    terminate.call(this)
  }
  const make = t.worker(undefined)
  const task = t.task(undefined, {
    worker: (async () => make()) as unknown as () => Worker,
    crashMaxRetries: 0,
  })
  await t.rejects(task.ping(), 'WorkerCrashedError')
  await t.until(() => terminated === 1, 'the end of the worker that was left behind')
  t.ended(task)
}) satisfies Case
