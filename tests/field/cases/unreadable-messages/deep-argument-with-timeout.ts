/** The place of a call that cannot be read is free again. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { timeoutMs: 3_000 })
  let tree: object = {}
  for (let n = 0; n < 2_000; n++) tree = { tree }
  const outcome = await t.settles(
    task.what(tree).then(
      kind => kind,
      (error: Error) => error.name,
    ),
  )
  t.ok(outcome === 'Object' || outcome === 'TypeError', `an answer or a TypeError, not ${outcome}`)
  t.equal(task.getState().queueDepth, 0, 'calls in flight')
}) satisfies Case
