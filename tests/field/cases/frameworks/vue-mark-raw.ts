import { isReactive, markRaw, reactive, shallowRef } from '@vue/reactivity'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  t.equal([isReactive(task), isReactive(shallowRef(task).value)], [false, false])
  const state = reactive({ task: markRaw(task) as { echo(value: unknown): Promise<unknown> } })
  t.equal(await t.settles(state.task.echo(1)), 1)
}) satisfies Case
