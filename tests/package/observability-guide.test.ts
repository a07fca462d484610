import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Tracer } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterEach, expect, it, vi } from 'vitest'
import type { SpanEvent } from '../../ts/api/events.ts'
import type { RuntimeSnapshot, TaskRuntime } from '../../ts/api/runtime.ts'
import type { TaskStream } from '../../ts/api/streams.ts'
import type { Task } from '../../ts/api/task.ts'
import { ReplyKind } from '../../ts/shared/protocol.ts'
import { createTestWorkers } from '../../ts/testing.ts'
import type { TaskContext } from '../../ts/worker.ts'
import { bench } from '../support/bench.ts'
import { listen } from '../support/events.ts'
import { readGuide, recipe } from '../support/guide.ts'
import { watch } from '../support/outcome.ts'
import { soon } from '../support/soon.ts'
import { turns, until } from '../support/turns.ts'

const GUIDE = readGuide('observability')

const observing = <Exports>(heading: string) => recipe<Exports>('observability', heading)

const SPANS = { observability: { spans: 'on' } } as const

afterEach(() => {
  vi.useRealTimers()
})

it('the recipe for backlogs alerts when one grows, once until it has shrunk', async () => {
  const { watchBacklog } = await observing<{
    watchBacklog(
      runtime: TaskRuntime,
      limits: { high: number; low: number },
      alert: (task: string, backlog: number) => void,
    ): () => void
  }>('Alert when a backlog grows')
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

it('the recipe for latencies reports the 95th percentile of each method', async () => {
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

it('the recipe for traces gives each document a trace of its own', async () => {
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

it('the recipe for OpenTelemetry exports spans and metrics', async () => {
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

it("the recipe for a worker's spans puts them into the trace of their call, with its parent", async () => {
  const { inSpan } = await observing<{
    inSpan<R>(name: string, tracer: Tracer, context: TaskContext, work: () => R): R
  }>('Spans of a worker')
  const { runtime, task, job } = bench({}, SPANS)
  const exporter = new InMemorySpanExporter()
  const tracer = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  }).getTracer('worker')
  const trace = runtime.createTrace('doc:a')
  watch(task.with({ trace }).run('a'))
  watch(task.run('b'))
  const a = await job('a')
  a.resolve(0)
  const b = await job('b')
  expect(inSpan('of a', tracer, a.context, () => 7)).toBe(7)
  expect(() => inSpan('of b', tracer, b.context, () => JSON.parse('{'))).toThrow(SyntaxError)
  const [ofA, ofB] = exporter.getFinishedSpans()
  expect(ofA?.spanContext().traceId).toBe(trace.id)
  expect(a.context.traceparent).toContain(`${trace.id}-${ofA?.parentSpanContext?.spanId}`)
  expect(ofB?.parentSpanContext).toBeUndefined()
})

it("the recipe for measures forwards them and clears them from the page's timeline", async () => {
  const { collectSpans } = await observing<{
    collectSpans(runtime: TaskRuntime, use: (span: PerformanceMeasure) => void): () => void
  }>("In the browser's profiler")
  performance.clearMeasures()
  const { runtime, task } = bench({}, SPANS)
  const methods: string[] = []
  const stop = collectSpans(runtime, ({ detail }) => methods.push(detail.method))
  await task.echo(1)
  await soon(() => expect(methods).toEqual(['echo']))
  await task.fail('broken').catch(() => {})
  await soon(() => expect(methods).toEqual(['echo', 'fail']))
  expect(performance.getEntriesByName('atelier:span')).toEqual([])
  stop()
})

it('the recipe for React returns the same object for the same state, however often it is called', async () => {
  const [, block = ''] = /^```tsx\n([\s\S]*?)^```$/m.exec(GUIDE) ?? []
  const folder = fileURLToPath(new URL('../../target/guides/observability', import.meta.url))
  mkdirSync(folder, { recursive: true })
  // Like React, which reads the state when it renders, before it commits, and at each call of `changed`.
  writeFileSync(
    `${folder}/react.ts`,
    `export const useCallback = callback => callback
     export const useSyncExternalStore = (subscribe, getSnapshot) => ({ subscribe, getSnapshot })`,
  )
  writeFileSync(`${folder}/hook.ts`, block.replace("'react'", "'./react.ts'"))
  type Store = { subscribe(changed: () => void): () => void; getSnapshot(): RuntimeSnapshot }
  const { useRuntimeSnapshot } = (await import(`${folder}/hook.ts`)) as {
    useRuntimeSnapshot(runtime: TaskRuntime): Store
  }
  vi.useFakeTimers()
  const { runtime, task } = bench()
  const { subscribe, getSnapshot } = useRuntimeSnapshot(runtime)
  const rendered: RuntimeSnapshot[] = []
  const render = () => {
    const state = getSnapshot()
    expect(Object.is(getSnapshot(), state)).toBe(true)
    if (!Object.is(state, rendered.at(-1))) rendered.push(state)
  }
  render()
  const stop = subscribe(render)
  vi.advanceTimersByTime(1_000)
  expect(rendered).toHaveLength(1)
  await task.echo(1)
  vi.advanceTimersByTime(1_000)
  expect(rendered.map(({ tasks }) => tasks[0]?.totalDispatched)).toEqual([0, 1])
  stop()
  expect(vi.getTimerCount()).toBe(0)
})

it('the guide names every metric, with its kind', async () => {
  const b = bench(
    { maxQueueDepth: 1, queuePolicy: 'reject', crashPolicy: 'restart-requeue-in-flight' },
    { maxBusyWorkers: 2, observability: { spans: 'off' } },
  )
  const waiting = b.runtime.defineTask<{ run(name: string): Promise<unknown> }>({
    type: 'singleton',
    worker: b.worker,
    maxQueueDepth: 0,
  })
  const rows = b.runtime.defineTask<{ rows(): TaskStream<number> }>({
    type: 'singleton',
    worker: createTestWorkers({
      async *rows() {
        for (let row = 0; ; row++) yield row
      },
    }).create,
    streams: { rows: true },
  })
  const told = listen(b.runtime)
  await rows.rows().next()
  await until(() => rows.getState().restingDepth === 1, 'the stream rests')
  await b.task.echo(1)
  await watch(b.task.fail('broken'))
  for (const name of 'abc') watch(b.task.run(name))
  await b.job('a')
  b.workers[0]?.say({ atelier: [0, ReplyKind.ok, 'a second answer'] })
  b.workers[0]?.say({ atelier: [undefined, ReplyKind.unhandled, undefined] })
  await turns()
  b.workers[0]?.crash('gone')
  for (const name of 'de') watch(waiting.run(name))
  await turns()
  b.runtime.dispose()
  const seen = new Map(told.events.map(({ name, kind }) => [name, kind]))
  const named = [...GUIDE.matchAll(/^\| `([a-z_.]+)` +\| (counter|gauge|histogram) /gm)]
  expect(Object.fromEntries(named.map(([, name, kind]) => [name, kind]))).toEqual(Object.fromEntries(seen))
})
