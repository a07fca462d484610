import type { TaskContext } from '@varunkanwar/atelier/worker'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    async run(n: number, onProgress: ((done: number) => void) | undefined, ctx: TaskContext) {
      onProgress?.(n)
      ctx.throwIfAborted()
      return n
    },
  }))
  const run = task.run as (n: number) => Promise<number>
  t.equal(await t.settles(run(3)), 3)
}) satisfies Case
