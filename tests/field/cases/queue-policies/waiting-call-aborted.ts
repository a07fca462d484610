import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxQueueDepth: 1 })
  const running = task.wait(50)
  const pending = task.echo(1)
  const stop = new AbortController()
  const waiting = task.with({ signal: stop.signal }).echo(2)
  stop.abort()
  await t.rejects(waiting, 'AbortError')
  t.equal(await t.settles(Promise.all([running, pending])), ['waited', 1])
}) satisfies Case
