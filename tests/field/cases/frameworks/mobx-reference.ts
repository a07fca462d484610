import { observable, observableRef } from 'mobx'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const state = observable({ task, n: 1 }, { task: observableRef })
  t.ok(state.task === task, 'the reference is the task')
  t.equal(await t.settles(state.task.echo(state.n)), 1)
}) satisfies Case
