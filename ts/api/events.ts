import type { TaskType } from './config.ts'

export type TraceEndOptions = { status?: 'ok' | 'error' | 'canceled'; error?: unknown }

export type TraceContext = {
  id: string
  name?: string
  sampled: boolean
  /** Ends the trace; only the first call counts. Default status `'ok'`, or what `error` says. */
  end: (options?: TraceEndOptions) => void
}

export type MetricEvent = {
  kind: 'counter' | 'gauge' | 'histogram'
  name: string
  value: number
  /**
   * When the input came that caused it: milliseconds since 1970, as `Date.now()` counts them, with the resolution of
   * `performance.now()`. Everything that one reply, abort or timer causes has the same.
   */
  ts: number
  attrs?: Record<string, string | number>
}

export type ErrorKind = 'abort' | 'queue' | 'crash' | 'exception'

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
  workerIndex?: number
  /** Waiting and pending time, summed over the attempts. */
  queueWaitMs?: number
  /** Waiting and pending time of the last attempt. */
  queueWaitLastMs?: number
  /** How often the call was sent to a worker. */
  attemptCount: number
  /** Time in the handler on the worker's clock, where a worker answered the call. */
  runMs?: number
  /** From the method call to its end, on the monotonic clock. */
  durationMs?: number
  status: 'ok' | 'error' | 'canceled'
  errorKind?: ErrorKind
  error?: string
}

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
  error?: string
}

export type RuntimeEvent = MetricEvent | SpanEvent | TraceEvent
