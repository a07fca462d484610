import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxQueueDepth: 1 })
  const calls = [1, 2, 3, 4].map(n => task.echo(n))
  t.equal(task.getState().waitingQueueDepth, 2)
  t.equal(await t.settles(Promise.all(calls)), [1, 2, 3, 4])
}) satisfies Case
