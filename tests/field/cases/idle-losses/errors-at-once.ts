import type { Case } from '../../page/field.ts'

export default (async t => {
  const events = t.events()
  const task = t.task(
    () => {
      new BroadcastChannel('end').onmessage = () => {
        throw new Error('all of us')
      }
      return {}
    },
    { type: 'parallel', poolSize: 4 },
  )
  await t.settles(Promise.all([1, 2, 3, 4].map(() => task.wait(100))))
  new BroadcastChannel('end').postMessage('now')
  await t.until(() => t.total(events, 'worker.crash.total') === 4, 'the loss of four workers')
  t.equal(await t.settles(task.echo('back')), 'back')
}) satisfies Case
