/** Calls from within a recursion that has used up the stack: each gets a little further than the one before. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxInFlight: 4, maxQueueDepth: Number.POSITIVE_INFINITY })
  await t.settles(task.ping())
  const calls: Promise<unknown>[] = []
  let tries = 0
  const descend = (): void => {
    try {
      descend()
    } catch {
      // The end of the stack.
    }
    if (tries++ > 500) return
    try {
      calls.push(task.echo(1))
    } catch {
      // There is no room for a call yet.
    }
  }
  descend()
  t.ok(calls.length > 0, 'some calls were made')
  await t.settles(Promise.allSettled(calls), 'the calls from the end of the stack')
  t.equal(await t.settles(task.echo(2)), 2)
}) satisfies Case
