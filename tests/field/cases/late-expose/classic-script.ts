import type { Case } from '../../page/field.ts'

export default (async t => {
  const worker = t.script(({ createTaskWorker, expose, stock }) => {
    setTimeout(() => expose(createTaskWorker(stock)), 50)
  }, 'classic')
  const task = t.task(undefined, { worker, startTimeoutMs: 5_000 })
  t.equal(await t.settles(task.echo('late')), 'late')
}) satisfies Case
