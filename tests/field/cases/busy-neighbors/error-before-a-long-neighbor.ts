import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxInFlight: 2 })
  await t.settles(task.ping())
  await t.sleep(20)
  const answered = task.fail('at once').catch(() => Date.now())
  const ended = task.spin(1_000)
  t.ok((await t.settles(answered)) < (await t.settles(ended)), 'it was answered before its neighbor ended')
}) satisfies Case
