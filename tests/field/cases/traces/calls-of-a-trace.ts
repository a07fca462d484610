import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const runtime = t.createRuntime({ observability: { spans: 'on' } })
  const events = t.events(runtime)
  const task = t.task(undefined, { runtime })
  const answer = await t.settles(
    runtime.runWithTrace('two steps', async trace => {
      await task.with({ trace }).echo(1)
      return task.with({ trace }).echo(2)
    }),
  )
  t.equal(answer, 2)
  const trace = events.find(({ kind }) => kind === 'trace') as { traceId: string; status: string } | undefined
  const spans = events.filter(event => event.kind === 'span' && event.traceId === trace?.traceId)
  t.equal([trace?.status, spans.length], ['ok', 2])
}) satisfies Case
