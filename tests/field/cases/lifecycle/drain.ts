import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxQueueDepth: 1 })
  let ended = 0
  for (const n of [1, 2, 3, 4]) void task.echo(n).then(() => ended++)
  await t.settles(task.drain(), 'drain()')
  t.equal(ended, 4)
}) satisfies Case
