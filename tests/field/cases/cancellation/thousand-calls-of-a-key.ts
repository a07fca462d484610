import type { Case } from '../../page/field.ts'

export default (async t => {
  const { abortTaskController } = t.runtime
  const task = t.task(undefined, { maxQueueDepth: Number.POSITIVE_INFINITY })
  const calls = Array.from({ length: 1_000 }, () => task.with({ key: 'k' }).wait(2_000))
  await t.sleep(50)
  abortTaskController.abort('k')
  const outcomes = await t.settles(Promise.allSettled(calls))
  t.ok(
    outcomes.every(({ status }) => status === 'rejected'),
    'every call of the key is rejected',
  )
  abortTaskController.clear('k')
}) satisfies Case
