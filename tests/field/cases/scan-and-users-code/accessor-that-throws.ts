import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const row = {
    get id(): number {
      throw new RangeError('no id')
    },
  }
  await t.rejects(task.echo(row))
}) satisfies Case
