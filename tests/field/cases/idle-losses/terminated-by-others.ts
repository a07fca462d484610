import type { Case } from '../../page/field.ts'

export default (async t => {
  const events = t.events()
  const task = t.task(undefined, { type: 'parallel', poolSize: 5, crashMaxRetries: 1 })
  await t.settles(Promise.all([1, 2, 3, 4, 5].map(() => task.wait(100))))
  for (const worker of t.workers) worker.terminate()
  await t.until(() => t.total(events, 'worker.crash.total') === 5, 'the loss of five workers')
  t.equal(await t.settles(task.echo('back')), 'back')
}) satisfies Case
