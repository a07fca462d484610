import type { Case } from '../../page/field.ts'

export default (async t => {
  const worker = t.script(async ({ createTaskWorker, expose, stock }) => {
    const table = await fetch('/slow?ms=50').then(response => response.json())
    expose(createTaskWorker({ ...stock, table: () => table }))
  })
  const task = t.define<{ ping(): Promise<string>; table(): Promise<object> }>({
    type: 'singleton',
    worker,
    startTimeoutMs: 5_000,
  })
  t.equal(await t.settles(task.table()), { slow: true })
}) satisfies Case
