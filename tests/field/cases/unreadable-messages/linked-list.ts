/** 2,000 nodes: more than the stack of a worker may take. An answer is right, and so is a TypeError. */
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task()
  t.equal(await t.settles(task.count()), 1)
  let list: object | null = null
  for (let n = 0; n < 2_000; n++) list = { n, next: list }
  const outcome = await t.settles(
    task.what(list).then(
      kind => kind,
      (error: Error) => error.name,
    ),
  )
  t.ok(outcome === 'Object' || outcome === 'TypeError', `an answer or a TypeError, not ${outcome}`)
  t.equal(await t.settles(task.count()), 2, 'the state of the worker')
}) satisfies Case
