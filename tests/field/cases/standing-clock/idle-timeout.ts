import type { Case } from '../../page/field.ts'

export default (async t => {
  Date.now = () => 1e12
  const runtime = t.createRuntime({ observability: { spans: 'off' } })
  const task = t.task(undefined, { runtime, idleTimeoutMs: 1_000 })
  t.equal(await t.settles(task.wait(1_100)), 'waited')
  t.equal(await t.settles(task.count()), 1)
  await t.sleep(50)
  t.equal(await t.settles(task.count()), 2, 'the state of the worker, which was idle for a moment')
}) satisfies Case
