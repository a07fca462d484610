/** An error tracker of the application's that prevents what it has reported. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => {
    addEventListener('error', event => event.preventDefault())
    return {}
  })
  t.equal(await t.settles(task.count()), 1)
  await t.settles(task.bang('prevented'))
  await t.sleep(100)
  t.equal(await t.settles(task.count()), 2, 'the state of the worker')
}) satisfies Case
