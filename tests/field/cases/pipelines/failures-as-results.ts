import { parallelLimit } from '@varunkanwar/atelier'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxQueueDepth: 10 })
  const statuses: string[] = []
  const work = (n: number) => (n % 2 ? task.fail('odd') : task.echo(n))
  for await (const { status } of parallelLimit([1, 2, 3, 4], 2, work, { returnSettled: true }))
    statuses.push(status)
  t.equal(statuses.sort(), ['fulfilled', 'fulfilled', 'rejected', 'rejected'])
}) satisfies Case
