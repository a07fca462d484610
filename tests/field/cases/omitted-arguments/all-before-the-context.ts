import type { TaskContext } from '@varunkanwar/atelier/worker'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    add: (a: number | undefined, b: number | undefined, ctx: TaskContext) => [
      a ?? 1,
      b ?? 2,
      typeof ctx.callId,
    ],
  }))
  const add = task.add as () => Promise<unknown[]>
  t.equal(await t.settles(add()), [1, 2, 'string'])
}) satisfies Case
