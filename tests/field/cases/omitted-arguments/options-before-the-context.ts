import type { TaskContext } from '@varunkanwar/atelier/worker'
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(() => ({
    format: (text: string, options: { upper: boolean } | undefined, ctx: TaskContext) => [
      options === undefined ? text : text.toUpperCase(),
      typeof ctx.throwIfAborted,
    ],
  }))
  const format = task.format as (text: string) => Promise<string[]>
  t.equal(await t.settles(format('a')), ['a', 'function'])
}) satisfies Case
