import type { SpanEvent, TraceEvent } from '../../api/events.ts'
import { describe, tryRead } from '../../shared/errors/describe.ts'

type Detail<Event> = Omit<Event, 'kind' | 'name' | 'ts' | 'durationMs'>

/** The detail of the measure of a call. */
export type SpanDetail = Detail<SpanEvent>

/** The detail of the measure of a trace. */
export type TraceDetail = Detail<TraceEvent>

/** An observer, and the measures that it has not delivered to its listener yet. */
type Observation = {
  readonly observer: PerformanceObserver
  readonly made: Set<PerformanceEntry>
  readonly deliver: (entries: PerformanceEntryList) => void
}

/** The performance measures of one runtime. */
export class Measures {
  readonly #observations = new Set<Observation>()

  /**
   * Makes a measure. `start` and `end` are on the clock of `performance.now()`.
   *
   * Measures are best effort; the event is the record. If the platform refuses the detail, the measure is made without it, and
   * if it refuses the measure, none is made.
   */
  add(name: 'atelier:span', start: number, end: number, detail: SpanDetail): void
  add(name: 'atelier:trace', start: number, end: number, detail: TraceDetail): void
  add(name: string, start: number, end: number, detail: SpanDetail | TraceDetail): void {
    const devtools = 'spanId' in detail ? callEntry(detail) : traceEntry(detail)
    const measure = make(name, { start, end, detail: { ...detail, devtools } }, { start, end })
    if (!measure) return
    for (const { made } of this.#observations) made.add(measure)
  }

  /**
   * Calls a listener with each measure that this runtime makes from now on, soon after it was made. Errors that it throws are
   * ignored. It is never called where the platform has no PerformanceObserver.
   *
   * @returns a function that unsubscribes. Idempotent.
   * @throws TypeError when `listener` is not a function.
   */
  observe(listener: (measure: PerformanceMeasure) => void): () => void {
    if (typeof listener !== 'function') {
      throw new TypeError(`listener must be a function, not ${describe(listener)}`)
    }
    if (typeof PerformanceObserver === 'undefined') return () => {}
    const made = new Set<PerformanceEntry>()
    const deliver = (entries: PerformanceEntryList) => {
      for (const entry of entries) {
        // The timeline belongs to the page: other runtimes and the application make measures, too.
        if (made.delete(entry)) tryRead(() => listener(entry as PerformanceMeasure))
      }
    }
    const observer = new PerformanceObserver(list => deliver(list.getEntries()))
    observer.observe({ type: 'measure' })
    const observation = { observer, made, deliver }
    this.#observations.add(observation)
    return () => {
      this.#observations.delete(observation)
      observer.disconnect()
      made.clear()
    }
  }

  /** Delivers the measures that are left, and ends every observation. */
  stop(): void {
    for (const { observer, deliver } of this.#observations) {
      const left = observer.takeRecords()
      observer.disconnect()
      deliver(left)
    }
    this.#observations.clear()
  }
}

function make(
  name: string,
  withDetail: PerformanceMeasureOptions,
  withoutDetail: PerformanceMeasureOptions,
): PerformanceMeasure | undefined {
  try {
    return performance.measure(name, withDetail)
  } catch {
    return tryRead(() => performance.measure(name, withoutDetail))
  }
}

/** An entry on a custom track, as Chrome's Performance panel reads it from `detail.devtools`. */
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
