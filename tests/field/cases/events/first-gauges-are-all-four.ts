import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  await t.settles(task.ping())
  await t.sleep(20)
  const events = t.events()
  await t.settles(task.ping())
  const gauges = new Set(events.filter(({ kind }) => kind === 'gauge').map(({ name }) => name))
  t.equal([...gauges].sort(), ['queue.blocked', 'queue.in_flight', 'queue.pending', 'workers.active'])
}) satisfies Case
