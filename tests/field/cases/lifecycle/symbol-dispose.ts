import type { Case } from '../../page/field.ts'

export default (async t => {
  const runtime = t.createRuntime()
  const task = t.task(undefined, { runtime })
  await t.settles(task.ping())
  const call = task.hang()
  runtime[Symbol.dispose]()
  await t.rejects(call, 'TaskDisposedError')
  t.ended(runtime)
}) satisfies Case
