import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { timeoutMs: 300 })
  await t.settles(task.ping())
  const { cause } = await t.rejects(task.wait(5_000), 'AbortError')
  t.equal((cause as Error).name, 'TimeoutError')
}) satisfies Case
