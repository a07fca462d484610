import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { type: 'parallel', poolSize: 2 })
  const neighbor = task.wait(300)
  await t.rejects(task.close(), 'WorkerCrashedError')
  t.equal(await t.settles(neighbor), 'waited')
}) satisfies Case
