import type { Attributes, Context, ContextAPI, Meter, Span, TraceAPI, Tracer } from '@opentelemetry/api'
import type { MetricEvent, RuntimeEvent, SpanEvent, TraceEvent } from '../api/events.ts'
import type { TaskRuntime } from '../api/runtime.ts'

/** The parts of OpenTelemetry that are used. All of it is the caller's: this package brings and loads none of its own. */
export type OpenTelemetryOptions = {
  /** `import * as api from '@opentelemetry/api'`, or an object of the two. */
  api: { context: Pick<ContextAPI, 'active'>; trace: Pick<TraceAPI, 'setSpan'> }
  /** Makes a span of every call and trace that the runtime samples. */
  tracer: Tracer
  /** Records every counter, gauge and histogram of the runtime. Default: none is recorded. */
  meter?: Meter | undefined
}

/** Spans that wait for the end of their trace; beyond it the trace that began first goes without. */
const MAX_HELD_SPANS = 10_000

/** Ended traces to which a late call still finds its way. */
const MAX_ENDED_TRACES = 1_000

/** `SpanStatusCode.OK` and `SpanStatusCode.ERROR`: types may be imported from an optional peer, values may not. */
const [OK, ERROR] = [1, 2]

/**
 * Maps the events of a runtime to OpenTelemetry. Returns how to end that, which also exports the spans that still wait.
 *
 * A trace becomes a span whose parent is the span that is active where the trace ends. Its calls become the children of
 * that span. OpenTelemetry wants a parent before its children, and a trace is known when it ends, so its calls wait for
 * its end. A call without a trace becomes a root span.
 *
 * The runtime must record spans (`observability.spans`); what it does not sample has no event.
 */
export function observeWithOpenTelemetry(
  runtime: Pick<TaskRuntime, 'subscribeEvents'>,
  { api, tracer, meter }: OpenTelemetryOptions,
): () => void {
  const spans = new SpanBridge(api, tracer)
  const record = meter && recorder(meter)
  const unsubscribe = runtime.subscribeEvents((event: RuntimeEvent) => {
    if (event.kind === 'span') spans.call(event)
    else if (event.kind === 'trace') spans.trace(event)
    else record?.(event)
  })
  return () => {
    unsubscribe()
    spans.release()
  }
}

class SpanBridge {
  readonly #api: OpenTelemetryOptions['api']
  readonly #tracer: Tracer
  /** Calls of traces that have not ended, by trace id; the trace that began first comes first. */
  readonly #held = new Map<string, SpanEvent[]>()
  #heldSpans = 0
  /** The parents of calls that outlive their trace, by trace id; the trace that ended first comes first. */
  readonly #ended = new Map<string, Context>()

  constructor(api: OpenTelemetryOptions['api'], tracer: Tracer) {
    this.#api = api
    this.#tracer = tracer
  }

  call(event: SpanEvent): void {
    const { traceId } = event
    const parent = traceId === undefined ? undefined : this.#ended.get(traceId)
    if (traceId === undefined || parent) {
      this.#export(event, parent)
      return
    }
    const held = this.#held.get(traceId)
    if (held) held.push(event)
    else this.#held.set(traceId, [event])
    this.#heldSpans++
    if (this.#heldSpans > MAX_HELD_SPANS) this.#release(first(this.#held))
  }

  trace(event: TraceEvent): void {
    const { traceId, traceName = event.name } = event
    const options = { startTime: startOf(event), attributes: { 'trace.id': traceId, ...outcome(event) } }
    const active = this.#api.context.active()
    const span = this.#tracer.startSpan(traceName, options, active)
    const parent = this.#api.trace.setSpan(active, span)
    this.#release(traceId, parent)
    finish(span, event)
    this.#ended.set(traceId, parent)
    if (this.#ended.size > MAX_ENDED_TRACES) this.#ended.delete(first(this.#ended))
  }

  /** Exports every span that waits, without a parent. */
  release(): void {
    for (const traceId of [...this.#held.keys()]) this.#release(traceId)
  }

  #release(traceId: string, parent?: Context): void {
    const held = this.#held.get(traceId) ?? []
    this.#held.delete(traceId)
    this.#heldSpans -= held.length
    for (const event of held) this.#export(event, parent)
  }

  #export(event: SpanEvent, parent: Context | undefined): void {
    const { taskId, taskName = taskId, method } = event
    const options = { root: !parent, startTime: startOf(event), attributes: attributesOf(event) }
    finish(
      this.#tracer.startSpan(`${taskName}.${method}`, options, parent ?? this.#api.context.active()),
      event,
    )
  }
}

/** The fields of the event, named as OpenTelemetry names attributes: by domain. */
function attributesOf(event: SpanEvent): Attributes {
  const { taskName, workerIndex, queueWaitMs, queueWaitLastMs, traceId, traceName } = event
  return {
    'task.id': event.taskId,
    ...(taskName !== undefined && { 'task.name': taskName }),
    'task.type': event.taskType,
    'task.method': event.method,
    'call.id': event.callId,
    'attempt.count': event.attemptCount,
    ...(workerIndex !== undefined && { 'worker.index': workerIndex }),
    ...(queueWaitMs !== undefined && { 'queue.wait_ms': queueWaitMs }),
    ...(queueWaitLastMs !== undefined && { 'queue.wait_last_ms': queueWaitLastMs }),
    ...(traceId !== undefined && { 'trace.id': traceId }),
    ...(traceName !== undefined && { 'trace.name': traceName }),
    ...outcome(event),
  }
}

/** `error.type` is OpenTelemetry's own attribute; a cancellation is no error to it. */
function outcome({ status, errorKind }: SpanEvent | TraceEvent): Attributes {
  if (status === 'canceled') return { canceled: true }
  return status === 'error' ? { 'error.type': errorKind ?? '_OTHER' } : {}
}

function finish(span: Span, event: SpanEvent | TraceEvent): void {
  const { status, error, ts } = event
  if (status === 'ok') span.setStatus({ code: OK })
  if (status === 'error') span.setStatus({ code: ERROR, ...(error !== undefined && { message: error }) })
  span.end(ts)
}

function startOf({ ts, durationMs = 0 }: SpanEvent | TraceEvent): number {
  return ts - durationMs
}

function first(map: ReadonlyMap<string, unknown>): string {
  const [key] = map.keys()
  return key as string
}

/** Makes one instrument for each metric name, on first use. */
function recorder(meter: Meter): (event: MetricEvent) => void {
  const instruments = new Map<string, (value: number, attributes: Attributes) => void>()
  return ({ kind, name, value, attrs = {} }) => {
    let record = instruments.get(name)
    if (!record) {
      record = instrument(meter, kind, name)
      instruments.set(name, record)
    }
    record(value, attrs)
  }
}

function instrument(
  meter: Meter,
  kind: MetricEvent['kind'],
  name: string,
): (value: number, attributes: Attributes) => void {
  switch (kind) {
    case 'counter': {
      const counter = meter.createCounter(name)
      return (value, attributes) => counter.add(value, attributes)
    }
    case 'gauge': {
      const gauge = meter.createGauge(name)
      return (value, attributes) => gauge.record(value, attributes)
    }
    case 'histogram': {
      const histogram = meter.createHistogram(name, { unit: 'ms' })
      return (value, attributes) => histogram.record(value, attributes)
    }
    default:
      return kind satisfies never
  }
}
