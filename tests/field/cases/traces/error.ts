import type { Case } from '../../page/field.ts'

export default (async t => {
  const runtime = t.createRuntime({ observability: { spans: 'on' } })
  const events = t.events(runtime)
  const task = t.task(undefined, { runtime })
  await t.rejects(
    runtime.runWithTrace('t', trace => task.with({ trace }).fail('bad')),
    'Error',
    /bad/,
  )
  const trace = events.find(({ kind }) => kind === 'trace') as { status: string } | undefined
  t.equal(trace?.status, 'error')
}) satisfies Case
