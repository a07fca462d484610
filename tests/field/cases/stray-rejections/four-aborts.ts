import type { TaskContext } from '@varunkanwar/atelier/worker'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    async get(ctx: TaskContext) {
      const load = () => fetch('/slow?ms=5000', { signal: ctx.signal })
      const [one, other] = [load(), load()]
      await one
      await other
    },
  }))
  t.equal(await t.settles(task.count()), 1)
  for (let n = 0; n < 4; n++) {
    const stop = new AbortController()
    const call = task.with({ signal: stop.signal }).get()
    await t.sleep(20)
    stop.abort()
    await t.rejects(call, 'AbortError')
  }
  t.equal(await t.settles(task.count()), 2, 'the state of the worker')
}) satisfies Case
