import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const stop = new AbortController()
  stop.abort()
  Object.defineProperty(stop.signal, 'reason', {
    get() {
      throw new Error('of the reason')
    },
  })
  t.foresees(/of the reason/)
  await t.rejects(task.with({ signal: stop.signal }).echo(1))
}) satisfies Case
