/** The worker cannot be had, and the error of the call says why. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { worker: t.worker(undefined, { contex: false }), crashMaxRetries: 0 })
  const { cause } = await t.rejects(task.ping(), 'WorkerCrashedError')
  t.ok(/contex/.test(String((cause as Error)?.message)), `its cause names the option: ${cause}`)
  t.ended(task)
}) satisfies Case
