import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { type: 'parallel', poolSize: 2, maxInFlight: 16, maxQueueDepth: 100 })
  const numbers = Array.from({ length: 1_000 }, (_, n) => n)
  t.equal(await t.settles(Promise.all(numbers.map(n => task.echo(n)))), numbers)
}) satisfies Case
