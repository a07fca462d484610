import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    nest(depth: number) {
      let value: object = {}
      for (let n = 0; n < depth; n++) value = { value }
      return value
    },
  }))
  t.equal(await t.settles(task.count()), 1)
  const outcome = await t.settles(
    task.nest(2_400).then(
      () => 'answered',
      (error: Error) => error.name,
    ),
  )
  t.ok(outcome === 'answered' || outcome === 'TypeError', `an answer or a TypeError, not ${outcome}`)
  t.equal(await t.settles(task.count()), 2, 'the state of the worker')
}) satisfies Case
