import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  t.equal(await t.settles(task.count()), 1)
  for (const depth of [1_600, 2_000, 2_800, 3_600]) {
    let value: unknown[] = []
    for (let n = 0; n < depth; n++) value = [value]
    const outcome = await t.settles(
      task.what(value).then(
        kind => kind,
        (error: Error) => error.name,
      ),
      `a call with ${depth} levels`,
    )
    t.ok(outcome === 'Array' || outcome === 'TypeError', `an answer or a TypeError, not ${outcome}`)
  }
  t.equal(await t.settles(task.count()), 2, 'the state of the worker')
}) satisfies Case
