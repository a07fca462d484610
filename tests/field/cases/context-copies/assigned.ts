import type { TaskContext } from '@varunkanwar/atelier/worker'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    kinds(ctx: TaskContext) {
      const copy = Object.assign({ extra: 1 }, ctx)
      return [copy.signal instanceof AbortSignal, typeof copy.throwIfAborted]
    },
  }))
  t.equal(await t.settles(task.kinds()), [true, 'function'])
}) satisfies Case
