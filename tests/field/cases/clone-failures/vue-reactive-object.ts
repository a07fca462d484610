/** The most common reason of all: state of a framework as an argument. The message says so. */
import { reactive } from '@vue/reactivity'
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task()
  await t.rejects(task.echo(reactive({ rows: [1] })), 'TypeError', /reactive|observable|draft/i)
}) satisfies Case
