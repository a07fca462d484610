/** A fake Date, as test tools set it: no time passes on it. */
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  Date.now = () => 1e12
  const runtime = t.createRuntime({ observability: { spans: 'off' } })
  const task = t.task(undefined, { runtime, timeoutMs: 1_000 })
  await t.settles(task.ping())
  await t.sleep(1_100)
  t.equal(await t.settles(task.wait(50)), 'waited')
}) satisfies Case
