import type { Case } from '../../page/field.ts'

export default (async t => {
  const runtime = t.createRuntime({ observability: { spans: 'on' } })
  const events = t.events(runtime)
  const task = t.task(undefined, { runtime })
  const signal = AbortSignal.abort()
  await t.rejects(
    runtime.runWithTrace('t', trace => task.with({ trace, signal }).echo(1)),
    'AbortError',
  )
  const trace = events.find(({ kind }) => kind === 'trace') as { status: string } | undefined
  t.equal(trace?.status, 'canceled')
}) satisfies Case
