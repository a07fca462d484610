import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxQueueDepth: 5 })
  t.equal(await t.settles(task.count()), 1)
  const running = task.wait(50)
  const stop = new AbortController()
  const pending = task.with({ signal: stop.signal }).count()
  stop.abort()
  await t.rejects(pending, 'AbortError')
  await t.settles(running)
  t.equal(await t.settles(task.count()), 2, 'the count without the call that never started')
}) satisfies Case
