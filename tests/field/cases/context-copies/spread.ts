import type { TaskContext } from '@varunkanwar/atelier/worker'
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(() => ({
    kinds(ctx: TaskContext) {
      const copy = { ...ctx }
      return [copy.signal instanceof AbortSignal, typeof copy.throwIfAborted, typeof copy.callId]
    },
  }))
  t.equal(await t.settles(task.kinds()), [true, 'function', 'string'])
}) satisfies Case
