import { reactive } from '@vue/reactivity'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const state = reactive({ task: t.task() as { echo(value: unknown): Promise<unknown> }, n: 1 })
  t.equal(await t.settles(state.task.echo(state.n)), 1)
}) satisfies Case
