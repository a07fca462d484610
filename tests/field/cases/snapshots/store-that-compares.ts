/** What useSyncExternalStore does: it reads again until two reads are the same. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const read = () => t.runtime.getRuntimeSnapshot()
  let [last, reads] = [read(), 0]
  for (let next = read(); next !== last && reads < 50; next = read()) [last, reads] = [next, reads + 1]
  t.equal(reads, 0, 'how often it read a new snapshot while nothing changed')
  await t.settles(task.ping())
}) satisfies Case
