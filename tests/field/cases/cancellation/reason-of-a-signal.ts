import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const stop = new AbortController()
  const call = task.with({ signal: stop.signal }).wait(2_000)
  await t.sleep(50)
  const reason = new Error('the dialog was closed')
  stop.abort(reason)
  t.ok((await t.rejects(call, 'AbortError')).cause === reason, 'the cause is the reason')
}) satisfies Case
