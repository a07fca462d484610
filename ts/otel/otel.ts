import type { Attributes, Context, ContextAPI, Meter, Span, TraceAPI, Tracer } from '@opentelemetry/api'
import type { MetricEvent, RuntimeEvent, SpanEvent, TraceEvent } from '../api/events.ts'
import type { TaskRuntime } from '../api/runtime.ts'

/** The parts of OpenTelemetry that the adapter uses. The caller provides them: this package neither bundles nor loads OpenTelemetry. */
export type OpenTelemetryOptions = {
  /** `import * as api from '@opentelemetry/api'`, or an object with these two members. */
  api: {
    context: Pick<ContextAPI, 'active'>
    trace: Pick<TraceAPI, 'setSpan' | 'setSpanContext' | 'getSpanContext' | 'isSpanContextValid'>
  }
  /** Creates a span for every call and trace that the runtime samples. */
  tracer: Tracer
  /** Records every counter, gauge and histogram of the runtime. Default: no metrics are recorded. */
  meter?: Meter | undefined
}

/** How many spans may wait for the end of their traces. Beyond that, those of the oldest trace are exported without its span. */
const MAX_HELD_SPANS = 10_000

/** How many ended traces are remembered as parents of late calls. */
const MAX_ENDED_TRACES = 1_000

/** `SpanStatusCode.OK` and `SpanStatusCode.ERROR`: types may be imported from an optional peer, values may not. */
const [OK, ERROR] = [1, 2]

/** `TraceFlags.SAMPLED` */
const SAMPLED = 1

/**
 * Maps the events of a runtime to OpenTelemetry. Returns a function that stops it and exports the spans that still wait.
 *
 * A trace becomes a span, and its calls become children of that span. OpenTelemetry needs a parent before its children, and the runtime
 * reports a trace when it ends, so the spans of its calls wait for that. A call without a trace becomes a root span.
 *
 * All spans of a trace have its id as their trace id. The parent of the outermost is a remote one, which handlers have in
 * `ctx.traceparent`, so that what a worker records by itself belongs to the same trace. A span that is active where the trace ends is linked.
 *
 * The runtime must record spans (`observability.spans`). Calls and traces that are not sampled have no event and no span.
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
  /** Calls of traces that have not ended, by trace id, the trace with the oldest call first. */
  readonly #held = new Map<string, SpanEvent[]>()
  #heldSpans = 0
  /** The parents of calls that outlive their trace, by trace id, the trace that ended first coming first. */
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
    const remote = this.#remoteParent(traceId)
    const active = this.#api.context.active()
    const linked = remote && this.#api.trace.getSpanContext(active)
    const options = {
      startTime: startOf(event),
      attributes: { 'trace.id': traceId, ...outcome(event) },
      ...(linked && { links: [{ context: linked }] }),
    }
    const span = this.#tracer.startSpan(traceName, options, remote ?? active)
    const parent = this.#api.trace.setSpan(remote ?? active, span)
    this.#release(traceId, parent)
    finish(span, event)
    this.#ended.set(traceId, parent)
    if (this.#ended.size > MAX_ENDED_TRACES) this.#ended.delete(first(this.#ended))
  }

  /** Exports every waiting span without the span of its trace. */
  release(): void {
    for (const traceId of [...this.#held.keys()]) this.#release(traceId)
  }

  #release(traceId: string, parent = this.#remoteParent(traceId)): void {
    const held = this.#held.get(traceId) ?? []
    this.#held.delete(traceId)
    this.#heldSpans -= held.length
    for (const event of held) this.#export(event, parent)
  }

  /**
   * The parent that workers have in `ctx.traceparent`: its id is the end of the trace's. Undefined for an id that the application has made
   * up and that is none of a W3C trace context.
   */
  #remoteParent(traceId: string): Context | undefined {
    const context = { traceId, spanId: traceId.slice(-16), traceFlags: SAMPLED, isRemote: true }
    if (!this.#api.trace.isSpanContextValid(context)) return undefined
    return this.#api.trace.setSpanContext(this.#api.context.active(), context)
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

/** The fields of the event as attributes, named by domain as in OpenTelemetry. */
function attributesOf(event: SpanEvent): Attributes {
  const { taskName, workerIndex, queueWaitMs, queueWaitLastMs, runMs, traceId, traceName, itemCount } = event
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
    ...(runMs !== undefined && { 'task.run_ms': runMs }),
    ...(itemCount !== undefined && { 'item.count': itemCount }),
    ...(traceId !== undefined && { 'trace.id': traceId }),
    ...(traceName !== undefined && { 'trace.name': traceName }),
    ...outcome(event),
  }
}

/** `error.type` is a standard attribute of OpenTelemetry. A cancellation is not an error there. */
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

/** Creates one instrument for each metric name, on first use. */
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
