import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(
    () => ({ hold: (_: ArrayBuffer) => new Promise(resolve => setTimeout(resolve, 400, 'held')) }),
    {
      maxInFlight: 2,
      crashPolicy: 'restart-requeue-in-flight',
    },
  )
  await t.settles(task.ping())
  const moved = task.hold(new ArrayBuffer(8))
  const copied = task.with({ transfer: [] }).hold(new ArrayBuffer(8))
  await t.sleep(50)
  for (const worker of t.workers) worker.terminate()
  const { cause } = await t.rejects(moved, 'WorkerCrashedError')
  t.ok(/transfer: \[\]/.test((cause as Error).message), 'the cause names the way out')
  t.equal(await t.settles(copied), 'held')
}) satisfies Case
