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
  /** When that came about which caused it: milliseconds on the clock of `performance.now()`. */
  ts: number
  attrs?: Record<string, string | number>
}

export type ErrorKind = 'abort' | 'queue' | 'crash' | 'exception'

export type SpanEvent = {
  kind: 'span'
  name: 'atelier:span'
  /** When the call was settled: milliseconds on the clock of `performance.now()`. */
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
  durationMs?: number
  status: 'ok' | 'error' | 'canceled'
  errorKind?: ErrorKind
  error?: string
}

export type TraceEvent = {
  kind: 'trace'
  name: 'atelier:trace'
  /** When the trace ended: milliseconds on the clock of `performance.now()`. */
  ts: number
  traceId: string
  traceName?: string
  durationMs?: number
  status: 'ok' | 'error' | 'canceled'
  errorKind?: ErrorKind
  error?: string
}

export type RuntimeEvent = MetricEvent | SpanEvent | TraceEvent
