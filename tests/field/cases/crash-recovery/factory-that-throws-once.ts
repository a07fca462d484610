import type { Case } from '../../page/field.ts'

export default (async t => {
  const make = t.worker(undefined)
  let times = 0
  const task = t.task(undefined, {
    worker: () => {
      if (++times === 1) throw new RangeError('not yet')
      return make()
    },
  })
  const { cause } = await t.rejects(task.ping(), 'WorkerCrashedError')
  t.ok(/not yet/.test((cause as Error).message), 'the cause tells what the factory threw')
  t.equal(await t.settles(task.echo(1)), 1)
}) satisfies Case
