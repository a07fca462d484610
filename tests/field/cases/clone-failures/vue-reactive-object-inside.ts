import { reactive } from '@vue/reactivity'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  await t.rejects(task.echo({ options: reactive({ n: 1 }) }), 'TypeError', /reactive|observable|draft/i)
}) satisfies Case
