import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxInFlight: 2 })
  t.equal(await t.settles(task.count()), 1)
  const neighbor = task.wait(100)
  t.equal(await t.settles(task.stray('nobody awaits this')), 'strayed')
  t.equal(await t.settles(neighbor), 'waited', 'the neighbor')
  t.equal(await t.settles(task.count()), 2, 'the state of the worker')
}) satisfies Case
