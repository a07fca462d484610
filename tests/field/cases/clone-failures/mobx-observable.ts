import { observable } from 'mobx'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  await t.rejects(task.echo(observable({ rows: [1] })), 'TypeError', /reactive|observable|draft/i)
}) satisfies Case
