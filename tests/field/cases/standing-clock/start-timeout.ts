import type { Case } from '../../page/field.ts'

export default (async t => {
  Date.now = () => 1e12
  const runtime = t.createRuntime({ observability: { spans: 'off' } })
  await t.settles(t.task(undefined, { runtime }).ping())
  await t.sleep(1_600)
  const task = t.task(undefined, { runtime, startTimeoutMs: 1_500, crashMaxRetries: 0 })
  t.equal(await t.settles(task.echo('started')), 'started')
}) satisfies Case
