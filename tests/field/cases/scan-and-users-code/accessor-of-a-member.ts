import type { Case } from '../../page/field.ts'

export default (async t => {
  let read = 0
  const row = {
    get id() {
      return ++read
    },
  }
  const task = t.task()
  t.equal(await t.settles(task.echo(row)), { id: 1 })
  t.equal(read, 1, 'how often the member was read')
}) satisfies Case
