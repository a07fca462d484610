/** The user's clock is set back by an hour, and then stands for a while. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const { now } = Date
  const runtime = t.createRuntime({ observability: { spans: 'off' } })
  const task = t.task(undefined, { runtime, timeoutMs: 1_000 })
  await t.settles(task.ping())
  const back = now() - 3_600_000
  Date.now = () => back
  await t.settles(task.ping())
  await t.sleep(1_100)
  t.equal(await t.settles(task.wait(50)), 'waited')
}) satisfies Case
