import type { Case } from '../../page/field.ts'

export default (async t => {
  const { abortTaskController } = t.runtime
  const task = t.task(undefined, { maxInFlight: 2 })
  const stop = new AbortController()
  const both = task.with({ signal: stop.signal }).with({ key: 'k' })
  const calls = [both.wait(2_000), both.wait(2_000)]
  await t.sleep(50)
  abortTaskController.abort('k')
  for (const call of calls) await t.rejects(call, 'AbortError')
  abortTaskController.clear('k')
  stop.abort()
  await t.rejects(both.wait(1), 'AbortError')
}) satisfies Case
