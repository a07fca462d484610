import { isDraft, isDraftable, produce } from 'immer'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  t.equal(isDraft(task), false, 'isDraft(task)')
  isDraftable(task)
  const state = produce({ task, list: [1] }, draft => {
    draft.list.push(2)
  })
  t.ok(state.task === task, 'the task of the new state is the same')
}) satisfies Case
