import type { TaskContext } from '@varunkanwar/atelier/worker'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    join: (a: string, b: string, ctx: TaskContext) => `${a}${b}${typeof ctx.signal}`,
  }))
  t.equal(await t.settles(task.join('a', 'b')), 'abobject')
}) satisfies Case
