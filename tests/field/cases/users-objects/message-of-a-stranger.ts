/** A library in the worker posts messages of its own, some of them strange. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    post() {
      for (const message of [null, 1, 'x', [], {}, { type: 'ready' }, { id: 1, value: null }])
        postMessage(message)
      return 'posted'
    },
  }))
  t.equal(await t.settles(task.post()), 'posted')
  t.equal(await t.settles(task.echo(1)), 1)
}) satisfies Case
