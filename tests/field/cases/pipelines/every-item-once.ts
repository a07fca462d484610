import { parallelLimit } from '@varunkanwar/atelier'
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(undefined, { type: 'parallel', poolSize: 2 })
  const seen: unknown[] = []
  for await (const n of parallelLimit([1, 2, 3, 4, 5], 2, task.echo as (n: number) => Promise<number>))
    seen.push(n)
  t.equal(seen.sort(), [1, 2, 3, 4, 5])
}) satisfies Case
