import type { Case } from '../../page/field.ts'

export default (async t => {
  Date.now = () => 1e12
  const runtime = t.createRuntime({ observability: { spans: 'off' } })
  const task = t.task(undefined, { runtime, cancelGraceMs: 1_000 })
  t.equal(await t.settles(task.count()), 1)
  await t.sleep(1_100)
  const stop = new AbortController()
  const call = task.with({ signal: stop.signal }).deaf(200)
  await t.sleep(100)
  stop.abort()
  await t.rejects(call, 'AbortError')
  t.equal(await t.settles(task.count()), 2, 'the state of the worker, which stopped within its grace')
}) satisfies Case
