import type { Case } from '../../page/field.ts'

export default (async t => {
  const runtime = t.createRuntime({ observability: { spans: 'on' } })
  const events = t.events(runtime)
  const trace = runtime.createTrace('once')
  trace.end()
  trace.end({ status: 'error' })
  t.equal(events.filter(({ kind }) => kind === 'trace').length, 1)
}) satisfies Case
