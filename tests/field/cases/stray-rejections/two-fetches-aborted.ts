/** The second promise is awaited after the first, so nobody handles its rejection. */
import type { TaskContext } from '@varunkanwar/atelier/worker'
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(
    () => ({
      async get(ctx: TaskContext) {
        const load = () => fetch('/slow?ms=5000', { signal: ctx.signal })
        const [one, other] = [load(), load()]
        await one
        await other
      },
    }),
    { maxInFlight: 4 },
  )
  t.equal(await t.settles(task.count()), 1)
  const stop = new AbortController()
  const call = task.with({ signal: stop.signal }).get()
  const neighbor = task.wait(200)
  await t.sleep(50)
  stop.abort()
  await t.rejects(call, 'AbortError')
  t.equal(await t.settles(neighbor), 'waited', 'the neighbor')
  t.equal(await t.settles(task.count()), 2, 'the state of the worker')
}) satisfies Case
