/** Handlers may be called as members of every object are; what is not a handler is refused, and never run. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task() as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
  for (const name of ['hasOwnProperty', '__defineGetter__', 'isPrototypeOf']) {
    const outcome = await t.settles(
      Promise.resolve()
        .then(() => task[name]?.('x'))
        .then(
          () => 'answered',
          () => 'rejected',
        ),
    )
    t.ok(['answered', 'rejected'].includes(outcome), name)
  }
  t.equal(await t.settles(task.ping?.() as Promise<unknown>), 'pong')
}) satisfies Case
