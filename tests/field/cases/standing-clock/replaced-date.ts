/** Date is another class, as mocks of it are. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  globalThis.Date = class extends Date {
    static override now = () => 0
  } as DateConstructor
  const runtime = t.createRuntime({ observability: { spans: 'off' } })
  const task = t.task(undefined, { runtime, timeoutMs: 1_000 })
  await t.settles(task.ping())
  await t.sleep(1_100)
  t.equal(await t.settles(task.wait(50)), 'waited')
}) satisfies Case
