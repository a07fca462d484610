/** As a module that is evaluated again by hot reload does. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const worker = t.script(({ createTaskWorker, expose, stock }) => {
    expose(createTaskWorker(stock))
    expose(createTaskWorker(stock))
  })
  const task = t.task(undefined, { worker, startTimeoutMs: 5_000 })
  t.equal(await t.settles(Promise.all([task.count(), task.count(), task.count()])), [1, 2, 3])
}) satisfies Case
