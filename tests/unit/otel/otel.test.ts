import * as api from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { TaskConfig } from '../../../ts/api/config.ts'
import type { RuntimeEvent, SpanEvent, TraceEvent } from '../../../ts/api/events.ts'
import type { TaskRuntime } from '../../../ts/api/runtime.ts'
import type { TaskStream } from '../../../ts/api/streams.ts'
import { observeWithOpenTelemetry } from '../../../ts/otel.ts'
import { createTestWorkers } from '../../../ts/testing.ts'
import type { TaskContext } from '../../../ts/worker.ts'
import { bench } from '../../support/bench.ts'
import { listen } from '../../support/events.ts'
import { watch } from '../../support/outcome.ts'
import { turns, until } from '../../support/turns.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** The real SDK, exporting into memory. */
const sdk = () => {
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  return {
    tracer: provider.getTracer('test'),
    spans: () => exporter.getFinishedSpans(),
    named: (name: string) => exporter.getFinishedSpans().filter(span => span.name === name),
  }
}

const exported = (config: Partial<TaskConfig> = {}) => {
  const b = bench({ taskName: 'Bench', ...config }, { observability: { spans: 'on' } })
  const otel = sdk()
  const stop = observeWithOpenTelemetry(b.runtime, { api, tracer: otel.tracer })
  return { ...b, ...otel, told: listen(b.runtime), stop }
}

/** Milliseconds since 1970. */
const ms = ([seconds, nanos]: api.HrTime) => seconds * 1_000 + nanos / 1e6

/** The name of each span, prefixed by that of its parent. */
const tree = (spans: ReadableSpan[]) =>
  spans.map(({ name, parentSpanContext }) => {
    const parent = spans.find(span => span.spanContext().spanId === parentSpanContext?.spanId)
    return parent ? `${parent.name} > ${name}` : name
  })

it('a call becomes a span with the fields of its event as attributes, of kind internal, with status OK', async () => {
  const { task, spans } = exported({ type: 'parallel', poolSize: 1 })
  await task.echo(1)
  const [span] = spans()
  expect(span?.name).toBe('Bench.echo')
  expect(span?.kind).toBe(api.SpanKind.INTERNAL)
  expect(span?.status).toEqual({ code: api.SpanStatusCode.OK })
  expect(span?.attributes).toEqual({
    'task.id': 'bench',
    'task.name': 'Bench',
    'task.type': 'parallel',
    'task.method': 'echo',
    'call.id': 'bench-0',
    'attempt.count': 1,
    'worker.index': 0,
    'queue.wait_ms': expect.any(Number),
    'queue.wait_last_ms': expect.any(Number),
    'task.run_ms': expect.any(Number),
  })
})

it('the span of a stream says how many items had arrived', async () => {
  const { runtime, told, spans } = exported()
  const task = runtime.defineTask<{ items(): TaskStream<number> }>({
    type: 'singleton',
    worker: createTestWorkers({
      *items() {
        yield* [1, 2, 3]
      },
    }).create,
    streams: { items: true },
  })
  for await (const _ of task.items());
  await until(() => told.spans().length > 0)
  expect(spans().find(({ name }) => name.endsWith('.items'))?.attributes).toMatchObject({ 'item.count': 3 })
})

it("the span of a call is named after the task's id where the task has no name", async () => {
  const { task, spans } = exported({ taskName: undefined })
  await task.echo(1)
  expect(spans()[0]?.name).toBe('bench.echo')
  expect(spans()[0]?.attributes).not.toHaveProperty('task.name')
})

it('the span of a call has its times in milliseconds since 1970', async () => {
  const { task, told, spans } = exported()
  await task.echo(1)
  const { ts, durationMs } = told.spans()[0] as SpanEvent
  const [span] = spans()
  expect(ms(span?.endTime as api.HrTime)).toBeCloseTo(ts, 2)
  expect(ms(span?.startTime as api.HrTime)).toBeCloseTo(ts - (durationMs ?? 0), 2)
})

it("the span of a failed call has status ERROR with the error's message, and error.type", async () => {
  const { task, spans } = exported()
  await watch(task.fail('broken'))
  await turns()
  expect(spans()[0]?.status).toEqual({ code: api.SpanStatusCode.ERROR, message: 'broken' })
  expect(spans()[0]?.attributes).toMatchObject({ 'error.type': 'exception' })
  expect(spans()[0]?.attributes).not.toHaveProperty('canceled')
})

it('the span of a canceled call has status UNSET and the attribute canceled', async () => {
  const { task, runtime, spans } = exported()
  watch(task.with({ key: 'k' }).run('a'))
  runtime.abortTaskController.abort('k')
  expect(spans()[0]?.status).toEqual({ code: api.SpanStatusCode.UNSET })
  expect(spans()[0]?.attributes).toMatchObject({ canceled: true })
  expect(spans()[0]?.attributes).not.toHaveProperty('error.type')
})

it('a call that was never dispatched becomes a span too', async () => {
  const { task, spans } = exported({ maxQueueDepth: 0, queuePolicy: 'reject' })
  watch(task.run('a'))
  await watch(task.echo(1))
  await turns()
  expect(spans()[0]?.attributes).toMatchObject({ 'attempt.count': 0, 'error.type': 'queue' })
  expect(spans()[0]?.attributes).not.toHaveProperty('worker.index')
})

it('a call without a trace becomes a root span, whatever span is active', async () => {
  const { task, tracer, spans } = exported()
  const active = api.trace.setSpan(api.ROOT_CONTEXT, tracer.startSpan('of somebody else'))
  vi.spyOn(api.context, 'active').mockReturnValue(active)
  await task.echo(1)
  expect(spans()[0]?.parentSpanContext).toBeUndefined()
})

it('a trace becomes the parent span of its calls, with the time from its opening to its end', async () => {
  const { runtime, task, told, spans, named } = exported()
  await runtime.runWithTrace('doc:1', async trace => {
    await task.with({ trace }).echo(1)
    await watch(task.with({ trace }).fail('broken'))
    await turns()
  })
  await task.echo('untraced')
  expect(tree(spans()).sort()).toEqual(['Bench.echo', 'doc:1', 'doc:1 > Bench.echo', 'doc:1 > Bench.fail'])
  const [root] = named('doc:1')
  const { ts, durationMs, traceId } = told.traces()[0] as TraceEvent
  expect(ms(root?.endTime as api.HrTime)).toBeCloseTo(ts, 2)
  expect(ms(root?.startTime as api.HrTime)).toBeCloseTo(ts - (durationMs ?? 0), 2)
  expect(root?.attributes).toEqual({ 'trace.id': traceId })
  expect(named('Bench.fail')[0]?.attributes).toMatchObject({ 'trace.id': traceId, 'trace.name': 'doc:1' })
  const [untraced] = spans().slice(-1)
  expect(untraced?.spanContext().traceId).not.toBe(root?.spanContext().traceId)
})

it("a trace and its calls have the trace's id as their trace id, under a remote parent", async () => {
  const { runtime, task, spans, named } = exported()
  const trace = runtime.createTrace('doc:1')
  await task.with({ trace }).echo(1)
  trace.end()
  expect(spans().map(span => span.spanContext().traceId)).toEqual([trace.id, trace.id])
  expect(named('doc:1')[0]?.parentSpanContext).toMatchObject({ isRemote: true, traceId: trace.id })
  expect(named('Bench.echo')[0]?.parentSpanContext?.isRemote).toBeFalsy()
})

it('the span of a trace is linked to the span that is active where the trace ends', () => {
  const { runtime, tracer, named } = exported()
  const outer = tracer.startSpan('outer')
  vi.spyOn(api.context, 'active').mockReturnValue(api.trace.setSpan(api.ROOT_CONTEXT, outer))
  runtime.createTrace('inner').end()
  expect(named('inner')[0]?.links.map(({ context }) => context)).toEqual([outer.spanContext()])
})

describe("a worker's own spans", () => {
  const work = async () => {
    const inWorker = sdk()
    const propagator = new W3CTraceContextPropagator()
    const handlers = {
      resize(name: string, context: TaskContext): string {
        const carrier = { traceparent: context.traceparent }
        const parent = propagator.extract(api.ROOT_CONTEXT, carrier, api.defaultTextMapGetter)
        inWorker.tracer.startSpan(`resize ${name}`, {}, parent).end()
        return name
      },
    }
    const onPage = exported()
    const task = onPage.runtime.defineTask<{ resize(name: string): Promise<string> }>({
      type: 'singleton',
      taskId: 'images',
      worker: createTestWorkers(handlers).create,
    })
    return { onPage, inWorker, task, trace: onPage.runtime.createTrace('doc:1') }
  }

  it('join the trace of their call, with the parent that the span of the trace has', async () => {
    const { onPage, inWorker, task, trace } = await work()
    await task.with({ trace }).resize('a')
    trace.end()
    const [own] = inWorker.spans()
    const [root] = onPage.named('doc:1')
    expect(own?.spanContext().traceId).toBe(root?.spanContext().traceId)
    expect(own?.parentSpanContext?.spanId).toBe(root?.parentSpanContext?.spanId)
    expect(own?.parentSpanContext?.isRemote).toBe(true)
  })

  it('join it also where its calls are exported before it has ended', async () => {
    const { onPage, inWorker, task, trace } = await work()
    await task.with({ trace }).resize('a')
    onPage.stop()
    const [call] = onPage.named('images.resize')
    const [own] = inWorker.spans()
    expect(own?.spanContext().traceId).toBe(call?.spanContext().traceId)
    expect(own?.parentSpanContext?.spanId).toBe(call?.parentSpanContext?.spanId)
  })

  it('begin a trace of their own where their call has none', async () => {
    const { onPage, inWorker, task } = await work()
    await task.resize('a')
    expect(inWorker.spans()[0]?.parentSpanContext).toBeUndefined()
    expect(inWorker.spans()[0]?.spanContext().traceId).not.toBe(onPage.spans()[0]?.spanContext().traceId)
  })
})

it.each<[object, api.SpanStatus, api.Attributes]>([
  [{}, { code: api.SpanStatusCode.OK }, {}],
  [{ status: 'canceled' }, { code: api.SpanStatusCode.UNSET }, { canceled: true }],
  [{ status: 'error' }, { code: api.SpanStatusCode.ERROR }, { 'error.type': '_OTHER' }],
  [
    { error: new Error('broken') },
    { code: api.SpanStatusCode.ERROR, message: 'broken' },
    { 'error.type': 'exception' },
  ],
])('the span of a trace that is ended with %o has its status', (end, status, attributes) => {
  const { runtime, spans } = exported()
  runtime.createTrace().end(end)
  expect(spans()[0]?.name).toBe('atelier:trace')
  expect(spans()[0]?.status).toEqual(status)
  expect(spans()[0]?.attributes).toMatchObject(attributes)
})

it("a call that outlives its trace becomes a child of the trace's span", async () => {
  const { runtime, task, job, spans } = exported()
  const trace = runtime.createTrace('short')
  watch(task.with({ trace }).run('a'))
  trace.end()
  ;(await job('a')).resolve(0)
  await turns()
  expect(tree(spans())).toEqual(['short', 'short > Bench.run'])
})

it('the calls of a trace that has not ended are exported without its span when the bridge is stopped', async () => {
  const { runtime, task, spans, stop } = exported()
  const trace = runtime.createTrace('open')
  await task.with({ trace }).echo(1)
  expect(spans()).toEqual([])
  stop()
  expect(tree(spans())).toEqual(['Bench.echo'])
  expect(spans()[0]?.spanContext().traceId).toBe(trace.id)
  expect(spans()[0]?.attributes).toMatchObject({ 'trace.id': trace.id })
  trace.end()
  await task.echo(2)
  expect(spans()).toHaveLength(1)
})

describe('what waits for the end of a trace is bounded', () => {
  /** A stand-in for a runtime that emits given events. */
  const teller = () => {
    let tell: (event: RuntimeEvent) => void = () => {}
    const runtime: Pick<TaskRuntime, 'subscribeEvents'> = {
      subscribeEvents: listener => {
        tell = listener
        return () => {}
      },
    }
    const otel = sdk()
    observeWithOpenTelemetry(runtime, { api, tracer: otel.tracer })
    const common = { ts: 10, durationMs: 5, status: 'ok' as const }
    return {
      ...otel,
      call: (traceId: string) =>
        tell({
          ...common,
          kind: 'span',
          name: 'atelier:span',
          spanId: 't-0',
          callId: 't-0',
          taskId: 't',
          taskType: 'singleton',
          method: 'run',
          attemptCount: 1,
          traceId,
        }),
      trace: (traceId: string) => tell({ ...common, kind: 'trace', name: 'atelier:trace', traceId }),
    }
  }

  it('at most 10,000 calls wait for their traces: beyond that, those of the oldest trace are exported without a parent', () => {
    const { call, trace, spans } = teller()
    call('old')
    for (let calls = 0; calls < 9_999; calls++) call('young')
    expect(spans()).toEqual([])
    call('young')
    expect(tree(spans())).toEqual(['t.run'])
    trace('young')
    expect(spans()).toHaveLength(1 + 10_000 + 1)
  })

  it('at most 1,000 ended traces are remembered: a call that comes later than that is never exported', () => {
    const { call, trace, spans } = teller()
    for (let at = 0; at <= 1_000; at++) trace(`${at}`)
    call('1')
    expect(spans()).toHaveLength(1_002)
    call('0')
    expect(spans()).toHaveLength(1_002)
  })
})

it('spans have the times of the events after the device has slept, too', async () => {
  const { task, told, spans } = exported()
  const slept = 3_600_000
  const wall = Date.now
  vi.spyOn(Date, 'now').mockImplementation(() => wall() + slept)
  await task.echo(1)
  const { ts } = told.spans()[0] as SpanEvent
  expect(ms(spans()[0]?.endTime as api.HrTime)).toBeCloseTo(ts, 2)
  expect(Math.abs(ts - Date.now())).toBeLessThan(1_000)
})

it('a meter records every counter, gauge and histogram with its attributes', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e9 })
  const provider = new MeterProvider({ readers: [reader] })
  const { task, runtime } = bench({ maxInFlight: 2 }, { observability: { spans: 'off' } })
  const otel = sdk()
  observeWithOpenTelemetry(runtime, { api, tracer: otel.tracer, meter: provider.getMeter('test') })
  const told = listen(runtime)
  await Promise.all([task.echo(1), task.echo(2)])
  await reader.forceFlush()

  const metrics = exporter.getMetrics()[0]?.scopeMetrics[0]?.metrics ?? []
  const point = (name: string) =>
    metrics
      .find(({ descriptor }) => descriptor.name === name)
      ?.dataPoints.map(({ value, attributes }) => ({
        value,
        attributes,
      }))
  const attributes = { 'task.id': 'bench', 'task.type': 'singleton' }
  expect(point('task.success.total')).toEqual([{ value: 2, attributes }])
  expect(point('worker.spawn.total')).toEqual([
    { value: 1, attributes: { ...attributes, 'worker.index': 0 } },
  ])
  expect(point('queue.in_flight')).toMatchObject([{ value: 0, attributes: { 'queue.policy': 'block' } }])
  expect(point('task.duration_ms')).toMatchObject([{ value: { count: 2 } }])
  expect(metrics.map(({ descriptor }) => descriptor.name).sort()).toEqual(
    [...new Set(told.events.map(({ name }) => name))].sort(),
  )
  expect(otel.spans()).toEqual([])
  await provider.shutdown()
})

it('a tracer that throws disturbs no call', async () => {
  const { runtime, task } = bench({}, { observability: { spans: 'on' } })
  const tracer = {
    ...sdk().tracer,
    startSpan: () => {
      throw new Error('a bad tracer')
    },
  }
  observeWithOpenTelemetry(runtime, { api, tracer: tracer as unknown as api.Tracer })
  expect(await task.echo(1)).toBe(1)
})
