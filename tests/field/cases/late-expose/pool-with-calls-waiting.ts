import type { Case } from '../../page/field.ts'

export default (async t => {
  const worker = t.script(async ({ createTaskWorker, expose, stock }) => {
    await new Promise(resolve => setTimeout(resolve, 50 + 100 * Math.random()))
    expose(createTaskWorker(stock))
  })
  const task = t.task(undefined, { type: 'parallel', poolSize: 3, worker, startTimeoutMs: 5_000 })
  const numbers = [0, 1, 2, 3, 4, 5]
  t.equal(await t.settles(Promise.all(numbers.map(n => task.echo(n)))), numbers)
}) satisfies Case
