import type { Case } from '../../page/field.ts'

export default (async t => {
  const worker = t.script(async ({ createTaskWorker, expose, stock }) => {
    await new Promise(resolve => setTimeout(resolve, 100))
    expose(createTaskWorker(stock))
  })
  const task = t.task(undefined, { worker, startTimeoutMs: 5_000 })
  t.equal(await t.settles(task.echo('late')), 'late')
}) satisfies Case
