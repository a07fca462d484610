/** A page function is given to be called, and for nothing else. */
import { proxy } from 'comlink'
import type { Case } from '../../page/field.ts'

type Reachable = { constructor: new (code: string) => Promise<() => Promise<unknown>> }

export default (async t => {
  const task = t.task(() => ({
    async reach(callback: Reachable) {
      const run = await new callback.constructor('globalThis.reached = true')
      await run()
    },
    async reachThroughBind(callback: Reachable & { bind: Reachable }) {
      const run = await new callback.bind.constructor('globalThis.reached = true')
      await run()
    },
  }))
  const callback = proxy(() => 0) as never
  // Neither an error nor silence is of interest, only what happens in the page.
  await Promise.race([task.reach(callback).catch(() => undefined), t.sleep(500)])
  await Promise.race([task.reachThroughBind(callback).catch(() => undefined), t.sleep(500)])
  t.equal('reached' in globalThis, false, 'whether the worker ran code in the page')
  t.ended(task)
}) satisfies Case
