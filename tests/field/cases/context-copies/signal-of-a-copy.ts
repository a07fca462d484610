/** A middleware that hands on a copy of the context. */
import type { TaskContext } from '@varunkanwar/atelier/worker'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(
    () => {
      const traced = (ctx: TaskContext) => ({ ...ctx, traced: true })
      let heard = false
      return {
        async wait(ctx: TaskContext) {
          const { signal } = traced(ctx)
          await new Promise(resolve => signal.addEventListener('abort', resolve))
          heard = true
        },
        heard: () => heard,
      }
    },
    { maxInFlight: 2 },
  )
  const stop = new AbortController()
  const call = task.with({ signal: stop.signal }).wait()
  t.equal(await t.settles(task.heard()), false)
  stop.abort()
  await t.rejects(call, 'AbortError')
  t.equal(await t.settles(task.heard()), true, 'whether the signal of the copy aborted')
}) satisfies Case
