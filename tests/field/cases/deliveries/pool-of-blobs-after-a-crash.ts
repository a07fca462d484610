import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, {
    type: 'parallel',
    poolSize: 2,
    worker: t.worker(undefined, undefined, 'blob'),
  })
  await t.rejects(task.close(), 'WorkerCrashedError')
  t.equal(await t.settles(Promise.all([task.echo(1), task.echo(2)])), [1, 2])
}) satisfies Case
