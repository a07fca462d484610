import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, {
    type: 'parallel',
    poolSize: 4,
    crashPolicy: 'restart-requeue-in-flight',
    crashMaxRetries: 1,
  })
  await t.settles(Promise.all([1, 2, 3, 4].map(() => task.wait(50))))
  const calls = [1, 2, 3, 4].map(() => task.deaf(500))
  await t.sleep(100)
  for (const worker of t.workers) worker.terminate()
  t.equal(await t.settles(Promise.all(calls)), ['waited', 'waited', 'waited', 'waited'])
}) satisfies Case
