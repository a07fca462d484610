import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxInFlight: 2, maxQueueDepth: 4, cancelGraceMs: 50 })
  const stop = new AbortController()
  const calls = [task.close(), task.with({ signal: stop.signal }).hang(), task.fail('x'), task.echo(() => 0)]
  const drained = task.drain()
  setTimeout(() => stop.abort(), 50)
  await t.settles(Promise.allSettled(calls))
  await t.settles(drained, 'drain()')
}) satisfies Case
