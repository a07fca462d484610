import type { SpanEvent, TraceEvent } from '../../api/events.ts'

type Detail<Event> = Omit<Event, 'kind' | 'name' | 'ts' | 'durationMs'>

/** What the measure of a call says beyond its times. */
export type SpanDetail = Detail<SpanEvent>

/** What the measure of a trace says beyond its times. */
export type TraceDetail = Detail<TraceEvent>

/**
 * Makes a performance measure, by the specification's name. `start` and `end` are on the clock of `performance.now()`.
 *
 * Measures show in profiles and may be lost; the event is the record. So a platform that refuses the detail gets none, and
 * one that refuses the measure goes without (contract, Observability).
 */
export function measure(name: 'atelier:span', start: number, end: number, detail: SpanDetail): void
export function measure(name: 'atelier:trace', start: number, end: number, detail: TraceDetail): void
export function measure(name: string, start: number, end: number, detail: SpanDetail | TraceDetail): void {
  const devtools = 'spanId' in detail ? callEntry(detail) : traceEntry(detail)
  try {
    performance.measure(name, { start, end, detail: { ...detail, devtools } })
  } catch {
    try {
      performance.measure(name, { start, end })
    } catch {
      // No platform owes us a timeline.
    }
  }
}

/** An entry of a track of its own, as Chrome's Performance panel reads it from `detail.devtools`. */
type TrackEntry = {
  dataType: 'track-entry'
  trackGroup: 'Atelier'
  track: string
  color: 'primary' | 'secondary' | 'tertiary' | 'error'
  tooltipText: string
  properties: [name: string, value: string][]
}

const CALL_COLORS = { ok: 'primary', error: 'error', canceled: 'tertiary' } as const
const TRACE_COLORS = { ...CALL_COLORS, ok: 'secondary' } as const

function callEntry(detail: SpanDetail): TrackEntry {
  const { taskId, taskName = taskId, method, callId, status, attemptCount, workerIndex, queueWaitMs } = detail
  const properties: TrackEntry['properties'] = [
    ['call', callId],
    ['status', status],
    ['attempts', `${attemptCount}`],
  ]
  if (workerIndex !== undefined) properties.push(['worker', `${workerIndex}`])
  if (queueWaitMs !== undefined) properties.push(['queue wait', `${queueWaitMs.toFixed(2)} ms`])
  return {
    dataType: 'track-entry',
    trackGroup: 'Atelier',
    track: taskName,
    color: CALL_COLORS[status],
    tooltipText: `${taskName}.${method}`,
    properties: properties.concat(causes(detail)),
  }
}

function traceEntry(detail: TraceDetail): TrackEntry {
  const { traceId, traceName = traceId, status } = detail
  return {
    dataType: 'track-entry',
    trackGroup: 'Atelier',
    track: 'Traces',
    color: TRACE_COLORS[status],
    tooltipText: traceName,
    properties: [['trace', traceId], ['status', status], ...causes(detail)],
  }
}

function causes({ errorKind, error }: SpanDetail | TraceDetail): TrackEntry['properties'] {
  return errorKind === undefined ? [] : [[errorKind, error ?? '']]
}
