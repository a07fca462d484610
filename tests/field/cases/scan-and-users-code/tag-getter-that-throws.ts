import type { Case } from '../../page/field.ts'

export default (async t => {
  class Tagged {
    n = 1
    get [Symbol.toStringTag](): string {
      throw new Error('no tag today')
    }
  }
  const task = t.task()
  t.equal(await t.settles(task.echo({ inside: new Tagged() })), { inside: { n: 1 } })
}) satisfies Case
