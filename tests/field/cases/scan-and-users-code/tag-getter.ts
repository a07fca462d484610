import type { Case } from '../../page/field.ts'

export default (async t => {
  let read = 0
  class Tagged {
    n = 1
    get [Symbol.toStringTag]() {
      read++
      return 'Tagged'
    }
  }
  const task = t.task()
  t.equal(await t.settles(task.echo(new Tagged())), { n: 1 })
  t.equal(read, 0, 'how often the tag was read')
}) satisfies Case
