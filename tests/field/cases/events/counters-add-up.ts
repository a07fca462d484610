import type { Case } from '../../page/field.ts'

export default (async t => {
  const events = t.events()
  const task = t.task(undefined, { maxQueueDepth: 1, queuePolicy: 'reject' })
  const calls = [
    task.echo(1),
    task.fail('no'),
    task.echo(3),
    task.with({ signal: AbortSignal.abort() }).echo(4),
  ]
  await t.settles(Promise.allSettled(calls))
  await t.settles(Promise.allSettled([task.echo(() => 0)]))
  const ends = ['success', 'failure', 'canceled', 'rejected'].map(end => t.total(events, `task.${end}.total`))
  t.equal(
    ends.reduce((a, b) => a + b),
    5,
    `the sum of ${ends}`,
  )
}) satisfies Case
