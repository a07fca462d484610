import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => {
    addEventListener('unhandledrejection', event => event.preventDefault())
    return {}
  })
  t.equal(await t.settles(task.count()), 1)
  await t.settles(task.stray('prevented'))
  await t.sleep(50)
  t.equal(await t.settles(task.count()), 2, 'the state of the worker')
}) satisfies Case
