import { type CallRecord, type CallTable, callId, type TaskEntry } from './calls.ts'
import { isAbortError, QueueDropError, WorkerCrashedError } from './errors.ts'
import type { Host, Registers } from './host.ts'
import { ErrorKind, Metric, Status } from './kernel/pkg/kernel.js'
import type {
  MetricEvent,
  RuntimeEvent,
  SpanEvent,
  SpansConfig,
  TraceContext,
  TraceEndOptions,
  TraceEvent,
} from './types.ts'

const METRIC_NAMES: Record<Metric, string> = {
  [Metric.TaskDispatch]: 'task.dispatch.total',
  [Metric.TaskSuccess]: 'task.success.total',
  [Metric.TaskFailure]: 'task.failure.total',
  [Metric.TaskCanceled]: 'task.canceled.total',
  [Metric.TaskRejected]: 'task.rejected.total',
  [Metric.TaskRequeue]: 'task.requeue.total',
  [Metric.WorkerSpawn]: 'worker.spawn.total',
  [Metric.WorkerCrash]: 'worker.crash.total',
  [Metric.WorkerTerminate]: 'worker.terminate.total',
  [Metric.QueueInFlight]: 'queue.in_flight',
  [Metric.QueuePending]: 'queue.pending',
  [Metric.QueueBlocked]: 'queue.blocked',
  [Metric.WorkersActive]: 'workers.active',
  [Metric.TaskDuration]: 'task.duration_ms',
  [Metric.QueueWait]: 'queue.wait_ms',
}

const STATUS_NAMES = {
  [Status.Ok]: 'ok',
  [Status.Error]: 'error',
  [Status.Canceled]: 'canceled',
} as const

const ERROR_NAMES = {
  [ErrorKind.Abort]: 'abort',
  [ErrorKind.Queue]: 'queue',
  [ErrorKind.Crash]: 'crash',
  [ErrorKind.Exception]: 'exception',
} as const

/** The performance measures of spans and traces, by the specification's names. */
type Measured = SpanEvent | TraceEvent

/** Turns what the kernel counted into events and performance measures. */
export class Telemetry {
  readonly #host: Host
  readonly #calls: CallTable
  readonly #spans: { on: boolean; sampleRate: number }
  readonly #listeners = new Set<{ tell: (event: RuntimeEvent) => void }>()
  readonly #traces = new Map<number, { id: string; name: string | undefined; error: unknown }>()

  constructor(host: Host, calls: CallTable, spans: SpansConfig | undefined) {
    this.#host = host
    this.#calls = calls
    this.#spans = parse(spans)
    this.#observe()
  }

  subscribe(tell: (event: RuntimeEvent) => void): () => void {
    const listener = { tell }
    this.#listeners.add(listener)
    this.#observe()
    return () => {
      this.#listeners.delete(listener)
      this.#observe()
    }
  }

  /** Ends every subscription. */
  stop(): void {
    this.#listeners.clear()
    this.#observe()
  }

  createTrace(name?: string): TraceContext {
    const number = this.#host.ask(kernel => kernel.openTrace(performance.now()))
    const sampled = this.#host.ask(kernel => kernel.isTraceSampled(number))
    const trace = { id: `trace-${number}`, name, error: undefined as unknown }
    if (sampled) this.#traces.set(number, trace)
    return {
      id: trace.id,
      ...(name !== undefined && { name }),
      sampled,
      end: ({ status, error }: TraceEndOptions = {}) => {
        trace.error ??= error
        const kind = error === undefined ? undefined : kindOf(error)
        this.#host.turn((kernel, now) => kernel.endTrace(number, statusOf(status), kind, now))
      },
    }
  }

  async runWithTrace<R>(name: string, fn: (trace: TraceContext) => R | Promise<R>): Promise<R> {
    const trace = this.createTrace(name)
    try {
      const result = await fn(trace)
      trace.end({ status: 'ok' })
      return result
    } catch (error) {
      trace.end({ error })
      throw error
    }
  }

  /** Performs Count, Gauge and Histogram. */
  metric(kind: MetricEvent['kind'], registers: Registers): void {
    const { metric, slot } = registers
    const attrs = attributesOf(this.#calls.entry(registers.task), metric)
    if (slot !== undefined) attrs['worker.index'] = slot
    this.#emit({ kind, name: METRIC_NAMES[metric], value: registers.value, ts: performance.now(), attrs })
  }

  /** Performs EndSpan. */
  endSpan(registers: Registers, entry: TaskEntry, record: CallRecord, error: unknown): void {
    const { call, slot, attempt, started, ended, queueWait, queueWaitLast } = registers
    const { trace } = record.options
    const id = callId(entry, call)
    this.#measure(started, ended, {
      kind: 'span',
      name: 'atelier:span',
      ts: ended,
      spanId: id,
      ...(trace && { traceId: trace.id }),
      ...(trace?.name !== undefined && { traceName: trace.name }),
      callId: id,
      taskId: entry.taskId,
      ...(entry.taskName !== undefined && { taskName: entry.taskName }),
      taskType: entry.type,
      method: record.method,
      ...(slot !== undefined && { workerIndex: slot }),
      queueWaitMs: queueWait,
      queueWaitLastMs: queueWaitLast,
      attemptCount: attempt,
      durationMs: ended - started,
      ...outcomeOf(registers, error),
    })
  }

  /** Performs EndTrace. */
  endTrace(registers: Registers): void {
    const { trace: number, started, ended } = registers
    const trace = this.#traces.get(number)
    this.#traces.delete(number)
    if (!trace) return
    this.#measure(started, ended, {
      kind: 'trace',
      name: 'atelier:trace',
      ts: ended,
      traceId: trace.id,
      ...(trace.name !== undefined && { traceName: trace.name }),
      durationMs: ended - started,
      ...outcomeOf(registers, trace.error),
    })
  }

  /** The measure shows in profiles and may be lost; the event is the record. */
  #measure(start: number, end: number, event: Measured): void {
    const { kind: _kind, name, ts: _ts, durationMs: _durationMs, ...detail } = event
    try {
      performance.measure(name, { start, end, detail })
    } catch {
      // A full buffer or a platform without measures must not disturb a call (contract, Observability).
    }
    this.#emit(event)
  }

  #emit(event: RuntimeEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener.tell(event)
      } catch {
        // A listener never disturbs the runtime (contract, Observability).
      }
    }
  }

  #observe(): void {
    const events = this.#listeners.size > 0
    this.#host.tell(kernel => kernel.observe(events, this.#spans.on, this.#spans.sampleRate))
  }
}

/** The message of an error, whatever was thrown. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error)
  } catch {
    return 'an error that cannot be shown'
  }
}

function outcomeOf(
  { status, error: kind }: Registers,
  error: unknown,
): Pick<SpanEvent, 'status' | 'errorKind' | 'error'> {
  if (kind === undefined) return { status: STATUS_NAMES[status] }
  return { status: STATUS_NAMES[status], errorKind: ERROR_NAMES[kind], error: messageOf(error) }
}

function attributesOf(
  { taskId, taskName, type, limits }: TaskEntry,
  metric: Metric,
): Record<string, string | number> {
  const attrs: Record<string, string | number> = { 'task.id': taskId, 'task.type': type }
  if (taskName !== undefined) attrs['task.name'] = taskName
  if (METRIC_NAMES[metric].startsWith('queue.')) {
    attrs['queue.policy'] = limits.queuePolicy
    attrs['queue.max_in_flight'] = limits.maxInFlight
    attrs['queue.max_depth'] = limits.maxQueueDepth
  }
  return attrs
}

function kindOf(error: unknown): ErrorKind {
  if (isAbortError(error)) return ErrorKind.Abort
  if (error instanceof WorkerCrashedError) return ErrorKind.Crash
  if (error instanceof QueueDropError) return ErrorKind.Queue
  return ErrorKind.Exception
}

/** @throws TypeError for a status that is none of the three. */
function statusOf(name: TraceEndOptions['status']): Status | undefined {
  if (name === undefined) return undefined
  const statuses = { ok: Status.Ok, error: Status.Error, canceled: Status.Canceled }
  if (Object.hasOwn(statuses, name)) return statuses[name]
  throw new TypeError(`status must be 'ok', 'error' or 'canceled', not ${String(name)}`)
}

/**
 * `'auto'`, also the default, is on in development builds; an object without a mode is on (contract, Observability).
 *
 * @throws TypeError for a mode that is none of the three or a rate that is no number.
 */
function parse(spans: SpansConfig = 'auto'): { on: boolean; sampleRate: number } {
  const { mode = 'on', sampleRate = 1 } = typeof spans === 'string' ? { mode: spans } : spans
  if (mode !== 'auto' && mode !== 'on' && mode !== 'off') {
    throw new TypeError(`observability.spans must be 'auto', 'on' or 'off', not ${String(mode)}`)
  }
  if (typeof sampleRate !== 'number') {
    throw new TypeError(`observability.spans.sampleRate must be a number, not ${String(sampleRate)}`)
  }
  return { on: mode === 'on' || (mode === 'auto' && isDevelopment()), sampleRate }
}

function isDevelopment(): boolean {
  const env = (import.meta as { env?: { DEV?: boolean } }).env
  if (env?.DEV !== undefined) return env.DEV
  return typeof process !== 'undefined' && process.env?.NODE_ENV !== 'production'
}
