import type { Case } from '../../page/field.ts'

export default (async t => {
  const runtime = t.createRuntime({ observability: { spans: 'on' } })
  const { observeSpans } = runtime as typeof runtime & {
    observeSpans(listener: (span: PerformanceMeasure) => void): () => void
  }
  t.equal(typeof observeSpans, 'function', 'the type of runtime.observeSpans')
  const spans: PerformanceMeasure[] = []
  const stop = observeSpans.call(runtime, span => spans.push(span))
  const task = t.task(undefined, { runtime })
  await t.settles(task.echo(1))
  await t.until(() => spans.length > 0, 'a span')
  stop()
}) satisfies Case
