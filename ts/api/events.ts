import type { TaskType } from './config.ts'

export type TraceEndOptions = {
  /** Default `'ok'` or, with `error`, `'canceled'` for an AbortError and `'error'` for anything else. */
  status?: 'ok' | 'error' | 'canceled' | undefined
  error?: unknown
}

/** A group of calls that belong to one piece of work. Pass it to calls as `with({ trace })`. */
export type TraceContext = {
  id: string
  name?: string
  /** Whether the calls of this trace are recorded as spans. */
  sampled: boolean
  /** Ends the trace. Only the first call counts. */
  end: (options?: TraceEndOptions) => void
}

/** One change of a counter, a gauge or a histogram. docs/guides/observability.md lists their names. */
export type MetricEvent = {
  kind: 'counter' | 'gauge' | 'histogram'
  name: string
  /** What a counter grew by, the new value of a gauge, or the value that a histogram records; `_ms` names are milliseconds. */
  value: number
  /**
   * When the input came that caused it: milliseconds since 1970, as `Date.now()` counts them, with the resolution of
   * `performance.now()`. Everything that one reply, abort or timer causes has the same.
   */
  ts: number
  attrs?: Record<string, string | number>
}

/** Why a call failed: canceled, refused by the queue, its worker crashed, or its handler threw. */
export type ErrorKind = 'abort' | 'queue' | 'crash' | 'exception'

/** One call, reported when it was settled. */
export type SpanEvent = {
  kind: 'span'
  name: 'atelier:span'
  /** When the call was settled: milliseconds since 1970, with the resolution of `performance.now()`. */
  ts: number
  spanId: string
  traceId?: string
  traceName?: string
  callId: string
  taskId: string
  taskName?: string
  taskType: TaskType
  method: string
  /** The worker of the last attempt. Absent if the call was never sent to one. */
  workerIndex?: number
  /** Milliseconds that the call was waiting or pending, summed over the attempts. */
  queueWaitMs?: number
  /** Milliseconds that the last attempt was waiting or pending. */
  queueWaitLastMs?: number
  /** How often the call was sent to a worker. */
  attemptCount: number
  /** The priority of the call, unless it is 0. */
  priority?: number
  /** Time in the handler on the worker's clock, where a worker answered the call. */
  runMs?: number
  /** Of a stream: how many items had arrived. */
  itemCount?: number
  /** From the first `next()` of a stream to its first item, if one has arrived. */
  firstItemMs?: number
  /** From the method call to its end, on the monotonic clock. */
  durationMs?: number
  status: 'ok' | 'error' | 'canceled'
  errorKind?: ErrorKind
  /** The message of the error. */
  error?: string
}

/** One trace, reported when it ended. */
export type TraceEvent = {
  kind: 'trace'
  name: 'atelier:trace'
  /** When the trace ended: milliseconds since 1970, with the resolution of `performance.now()`. */
  ts: number
  traceId: string
  traceName?: string
  /** From the trace's creation to its end, on the monotonic clock. */
  durationMs?: number
  status: 'ok' | 'error' | 'canceled'
  errorKind?: ErrorKind
  /** The message of the error. */
  error?: string
}

export type RuntimeEvent = MetricEvent | SpanEvent | TraceEvent
