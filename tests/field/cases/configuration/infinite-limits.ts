import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, {
    type: 'parallel',
    poolSize: 2,
    maxInFlight: Number.POSITIVE_INFINITY,
    maxQueueDepth: Number.POSITIVE_INFINITY,
  })
  const numbers = Array.from({ length: 200 }, (_, n) => n)
  t.equal(await t.settles(Promise.all(numbers.map(n => task.echo(n)))), numbers)
}) satisfies Case
