import type { Case } from '../../page/field.ts'

export default (async t => {
  const events = t.events()
  const task = t.task(
    () => {
      new BroadcastChannel('end').onmessage = () => close()
      return {}
    },
    { type: 'parallel', poolSize: 3, init: 'eager' },
  )
  const channel = new BroadcastChannel('end')
  for (const round of [1, 2]) {
    await t.settles(Promise.all([1, 2, 3].map(() => task.wait(100))))
    channel.postMessage('now')
    await t.until(() => t.total(events, 'worker.crash.total') === 3 * round, `the losses of round ${round}`)
  }
  t.equal(await t.settles(task.echo('back')), 'back')
}) satisfies Case
