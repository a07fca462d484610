import { parallelLimit } from '@varunkanwar/atelier'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxQueueDepth: 10 })
  let started = 0
  const work = (n: number) => {
    started++
    return task.echo(n)
  }
  for await (const _ of parallelLimit([1, 2, 3, 4, 5, 6, 7, 8], 2, work)) break
  await t.settles(task.drain(), 'drain()')
  t.ok(started < 8, `not every item was started: ${started}`)
}) satisfies Case
