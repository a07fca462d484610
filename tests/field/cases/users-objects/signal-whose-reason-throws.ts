import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const stop = new AbortController()
  Object.defineProperty(stop.signal, 'reason', {
    get() {
      throw new Error('of the reason')
    },
  })
  t.foresees(/of the reason/)
  const call = task.with({ signal: stop.signal }).wait(2_000)
  await t.sleep(50)
  stop.abort()
  await t.rejects(call)
}) satisfies Case
