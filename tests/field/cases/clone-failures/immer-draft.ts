import { createDraft } from 'immer'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  await t.rejects(task.echo(createDraft({ rows: [1] })), 'TypeError', /reactive|observable|draft/i)
}) satisfies Case
