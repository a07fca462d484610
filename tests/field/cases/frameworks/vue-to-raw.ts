import { toRaw } from '@vue/reactivity'
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task()
  t.ok(toRaw(task) === task, 'toRaw(task) is the task')
  t.equal(await t.settles(toRaw(task).echo(1)), 1)
}) satisfies Case
