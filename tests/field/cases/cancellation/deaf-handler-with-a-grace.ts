import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { cancelGraceMs: 50 })
  t.equal(await t.settles(task.count()), 1)
  const stop = new AbortController()
  const call = task.with({ signal: stop.signal }).spin(60_000)
  await t.sleep(50)
  stop.abort()
  await t.rejects(call, 'AbortError')
  t.equal(await t.settles(task.count()), 1, 'the count of the new worker')
}) satisfies Case
