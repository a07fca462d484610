import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxQueueDepth: 3 })
  const limited = t.task(undefined, { timeoutMs: 200, cancelGraceMs: 50, maxQueueDepth: 3 })
  const calls = [limited.hang(), limited.echo(1), limited.echo(2)]
  for (const call of calls) await t.rejects(call, 'AbortError')
  t.equal(await t.settles(task.echo('neighbor')), 'neighbor')
}) satisfies Case
