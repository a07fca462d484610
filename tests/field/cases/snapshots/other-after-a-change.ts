import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  await t.settles(task.ping())
  const [snapshot, state] = [t.runtime.getRuntimeSnapshot(), task.getState()]
  await t.settles(task.ping())
  t.ok(snapshot !== t.runtime.getRuntimeSnapshot(), 'the snapshot is another after a call')
  t.ok(state !== task.getState(), 'the state is another after a call')
  t.equal([state.totalDispatched, task.getState().totalDispatched], [1, 2])
}) satisfies Case
