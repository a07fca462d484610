import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const make = t.worker(undefined)
  const task = t.task(undefined, {
    worker: () => {
      const worker = make()
      worker.terminate = () => {
        throw new Error('of terminate')
      }
      return worker
    },
  })
  t.foresees(/of terminate/)
  t.equal(await t.settles(task.echo(1)), 1)
  task.stopWorkers()
  task.startWorkers()
  t.equal(await t.settles(task.echo(2)), 2)
}) satisfies Case
