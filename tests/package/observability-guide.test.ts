import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { SpanEvent, Task, TaskRuntime } from '../../ts/api/types.ts'
import { ReplyKind } from '../../ts/shared/protocol.ts'
import { bench } from '../support/bench.ts'
import { listen } from '../support/events.ts'
import { readGuide, recipe } from '../support/guide.ts'
import { watch } from '../support/outcome.ts'
import { turns } from '../support/turns.ts'

const GUIDE = readGuide('observability')

const observing = <Exports>(heading: string) => recipe<Exports>('observability', heading)

const SPANS = { observability: { spans: 'on' } } as const

afterEach(() => {
  vi.useRealTimers()
})

describe('the recipe', () => {
  it('tells when a backlog grows, once until it has shrunk', async () => {
    const { watchBacklog } = await observing<{
      watchBacklog(
        runtime: TaskRuntime,
        limits: { high: number; low: number },
        alert: (task: string, backlog: number) => void,
      ): () => void
    }>('Tell when a backlog grows')
    const { runtime, task, job } = bench({ maxQueueDepth: 2 })
    const alert = vi.fn()
    const stop = watchBacklog(runtime, { high: 3, low: 1 }, alert)
    for (const name of 'abcde') watch(task.run(name))
    expect(alert.mock.calls).toEqual([['bench', 3]])
    for (const name of 'abc') (await job(name)).resolve(0)
    await job('d')
    for (const name of 'fgh') watch(task.run(name))
    expect(alert).toHaveBeenCalledTimes(2)
    stop()
    task.dispose()
  })

  it('tells the 95th percentile of each method', async () => {
    const { collectLatencies } = await observing<{
      collectLatencies(runtime: TaskRuntime): { p95(name: string): number | undefined; stop(): void }
    }>('The 95th percentile of each method')
    vi.useFakeTimers()
    const { runtime, task, job } = bench({ taskName: 'Bench' }, SPANS)
    const { p95, stop } = collectLatencies(runtime)
    expect(p95('Bench.run')).toBeUndefined()
    for (let ms = 1; ms <= 100; ms++) {
      watch(task.run(ms))
      const { resolve } = await job(ms)
      vi.advanceTimersByTime(ms)
      resolve(0)
      await turns(5)
    }
    stop()
    await task.echo(1)
    expect(p95('Bench.run')).toBeGreaterThan(93)
    expect(p95('Bench.run')).toBeLessThan(97)
    expect(p95('Bench.echo')).toBeUndefined()
  })

  it('gives each document a trace of its own', async () => {
    type Step = Task<{ run(text: string): Promise<never> }>
    const { processDocument, collectTraces } = await observing<{
      processDocument(
        runtime: TaskRuntime,
        steps: { normalize: Step; index: Step },
        id: string,
        text: string,
      ): Promise<unknown>
      collectTraces(runtime: TaskRuntime, tell: (name: string, spans: SpanEvent[]) => void): () => void
    }>('A trace per document')
    const { runtime, task, job, jobs } = bench({ type: 'parallel', poolSize: 2 }, SPANS)
    const told = new Map<string, string[]>()
    collectTraces(runtime, (name, spans) => {
      told.set(
        name,
        spans.map(({ method, status }) => `${method} ${status}`),
      )
    })
    const steps = { normalize: task as unknown as Step, index: task as unknown as Step }
    const runs = ['a', 'b'].map(id => watch(processDocument(runtime, steps, id, id)))
    ;(await job('a')).resolve('normal a')
    ;(await job('normal a')).resolve(7)
    ;(await job('b')).reject(new Error('unreadable'))
    await turns()
    expect(runs.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(jobs).toHaveLength(3)
    expect(Object.fromEntries(told)).toEqual({ 'doc:a': ['run ok', 'run ok'], 'doc:b': ['run error'] })
  })

  it('exports to OpenTelemetry', async () => {
    const { exportSpans } = await observing<{
      exportSpans(runtime: TaskRuntime, exporter: InMemorySpanExporter): () => Promise<void>
    }>('Export to OpenTelemetry')
    const { runtime, task } = bench({ taskName: 'Bench' }, SPANS)
    const exporter = new InMemorySpanExporter()
    const exported: string[] = []
    const give = exporter.export.bind(exporter)
    exporter.export = (spans, done) => {
      exported.push(...spans.map(({ name }) => name))
      give(spans, done)
    }
    const stop = exportSpans(runtime, exporter)
    await runtime.runWithTrace('doc:a', trace => task.with({ trace }).echo(1))
    expect(exported).toEqual([])
    await stop()
    expect(exported).toEqual(['Bench.echo', 'doc:a'])
  })

  it('hands on measures and lets the page forget them', async () => {
    const { collectSpans } = await observing<{
      collectSpans(tell: (span: PerformanceMeasure) => void): () => void
    }>("In the browser's profiler")
    performance.clearMeasures()
    const { task } = bench({}, SPANS)
    await task.echo(1)
    const methods: string[] = []
    const stop = collectSpans(({ detail }) => methods.push(detail.method))
    await vi.waitFor(() => expect(methods).toEqual(['echo']))
    await task.fail('broken').catch(() => {})
    await vi.waitFor(() => expect(methods).toEqual(['echo', 'fail']))
    expect(performance.getEntriesByName('atelier:span')).toEqual([])
    stop()
  })
})

it('the guide names every metric, with its kind', async () => {
  const b = bench({ maxQueueDepth: 1, queuePolicy: 'reject', crashPolicy: 'restart-requeue-in-flight' })
  const waiting = b.runtime.defineTask<{ run(name: string): Promise<unknown> }>({
    type: 'singleton',
    worker: b.worker,
    maxQueueDepth: 0,
  })
  const told = listen(b.runtime)
  await b.task.echo(1)
  await watch(b.task.fail('broken'))
  for (const name of 'abc') watch(b.task.run(name))
  await b.job('a')
  b.workers[0]?.say({
    atelier: [0, ReplyKind.ok, 'a second answer', undefined, ReplyKind.unhandled, undefined],
  })
  await turns()
  b.workers[0]?.crash('gone')
  for (const name of 'de') watch(waiting.run(name))
  await turns()
  b.runtime.dispose()
  const seen = new Map(told.events.map(({ name, kind }) => [name, kind]))
  const rows = [...GUIDE.matchAll(/^\| `([a-z_.]+)` +\| (counter|gauge|histogram) /gm)]
  expect(Object.fromEntries(rows.map(([, name, kind]) => [name, kind]))).toEqual(Object.fromEntries(seen))
})
