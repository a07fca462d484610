import { produce } from 'immer'
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const state = produce({ task: t.task(), n: 0 }, draft => {
    draft.n++
  })
  t.equal(await t.settles(state.task.echo(state.n)), 1)
}) satisfies Case
