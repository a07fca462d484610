import type {
  MetricEvent,
  RuntimeEvent,
  SpanEvent,
  SpansConfig,
  TraceContext,
  TraceEndOptions,
} from '../../api/types.ts'
import { isAbortError, QueueDropError, WorkerCrashedError } from '../../shared/errors/classes.ts'
import { messageOf } from '../../shared/errors/describe.ts'
import { now, onPerformanceClock } from '../kernel/clock.ts'
import type { Host } from '../kernel/host.ts'
import { ErrorKind, Metric, Status } from '../kernel/pkg/kernel.js'
import type { Registers } from '../kernel/registers.ts'
import { type CallRecord, type CallTable, callId, type TaskEntry } from '../tasks/registry.ts'
import { isDevelopment } from './is-development.ts'
import { measure, type SpanDetail, type TraceDetail } from './measure.ts'

const METRIC_NAMES: Record<Metric, string> = {
  [Metric.TaskDispatch]: 'task.dispatch.total',
  [Metric.TaskSuccess]: 'task.success.total',
  [Metric.TaskFailure]: 'task.failure.total',
  [Metric.TaskCanceled]: 'task.canceled.total',
  [Metric.TaskRejected]: 'task.rejected.total',
  [Metric.TaskRequeue]: 'task.requeue.total',
  [Metric.TaskIgnored]: 'task.ignored.total',
  [Metric.WorkerSpawn]: 'worker.spawn.total',
  [Metric.WorkerCrash]: 'worker.crash.total',
  [Metric.WorkerTerminate]: 'worker.terminate.total',
  [Metric.WorkerUnhandled]: 'worker.unhandled.total',
  [Metric.QueueInFlight]: 'queue.in_flight',
  [Metric.QueuePending]: 'queue.pending',
  [Metric.QueueBlocked]: 'queue.blocked',
  [Metric.WorkersActive]: 'workers.active',
  [Metric.TaskDuration]: 'task.duration_ms',
  [Metric.QueueWait]: 'queue.wait_ms',
}

/** What the queue tells of, and so with its policy and limits. */
const QUEUE_METRICS: ReadonlySet<Metric> = new Set([
  Metric.QueueInFlight,
  Metric.QueuePending,
  Metric.QueueBlocked,
  Metric.QueueWait,
])

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

type Listener = { readonly tell: (event: RuntimeEvent) => void; ended: boolean }

/** Turns what the kernel counted into events and performance measures. */
export class Telemetry {
  readonly #host: Host
  readonly #calls: CallTable
  readonly #spans: { on: boolean; sampleRate: number }
  /** Replaced, never changed: one that begins or ends while an event is told does not change who is told it. */
  #listeners: readonly Listener[] = []
  /** What the ids of this runtime's traces begin with: 24 random hexadecimal digits. */
  readonly #prefix: string
  readonly #traces = new Map<number, { id: string; name: string | undefined; error: unknown }>()

  /** @throws TypeError when `spans` makes no sense. */
  constructor(host: Host, calls: CallTable, spans: SpansConfig | undefined) {
    this.#host = host
    this.#calls = calls
    this.#spans = parse(spans)
    const [seed, ...rest] = crypto.getRandomValues(new Uint32Array(3)) as unknown as [number, number, number]
    this.#prefix = [seed, ...rest].map(hex).join('')
    host.ask(kernel => kernel.seedSampling(seed))
    this.#observe()
  }

  /**
   * Tells a listener every event from now on, in order and at once. One that throws is ignored.
   *
   * @throws TypeError when it is not a function.
   */
  subscribe(tell: (event: RuntimeEvent) => void): () => void {
    if (typeof tell !== 'function') throw new TypeError(`listener must be a function, not ${String(tell)}`)
    const listener: Listener = { tell, ended: false }
    this.#listeners = [...this.#listeners, listener]
    this.#observe()
    return () => {
      listener.ended = true
      this.#listeners = this.#listeners.filter(other => other !== listener)
      this.#observe()
    }
  }

  /** Ends every subscription. */
  stop(): void {
    for (const listener of this.#listeners) listener.ended = true
    this.#listeners = []
    this.#observe()
  }

  /**
   * Opens a trace. Its id is 32 hexadecimal digits, like that of a W3C trace context: no other trace of this or any other
   * page has it.
   *
   * @throws TypeError when `name` is not a string.
   */
  createTrace(name?: string): TraceContext {
    if (name !== undefined && typeof name !== 'string') {
      throw new TypeError(`The name of a trace must be a string, not ${String(name)}`)
    }
    const number = this.#host.ask(kernel => kernel.openTrace(now()))
    const sampled = this.#host.ask(kernel => kernel.isTraceSampled(number))
    const trace = { id: this.#prefix + hex(number), name, error: undefined as unknown }
    if (sampled) this.#traces.set(number, trace)
    return {
      id: trace.id,
      ...(name !== undefined && { name }),
      sampled,
      end: ({ status, error }: TraceEndOptions = {}) => {
        const given = statusOf(status)
        const kind = error === undefined ? undefined : kindOf(error)
        trace.error ??= error
        this.#host.tell((kernel, now) => kernel.endTrace(number, given, kind, now))
      },
    }
  }

  async runWithTrace<R>(name: string, fn: (trace: TraceContext) => R | Promise<R>): Promise<R> {
    const trace = this.createTrace(name)
    try {
      const result = await fn(trace)
      trace.end({ status: 'ok' })
      return result
    } catch (thrown) {
      // Even `throw undefined` is a failure.
      trace.end({ error: thrown ?? new Error(String(thrown)) })
      throw thrown
    }
  }

  /** Performs Count, Gauge and Histogram. */
  metric(kind: MetricEvent['kind'], registers: Registers): void {
    // Asked for before the last listener left.
    if (this.#listeners.length === 0) return
    const { metric } = registers
    const attrs = attributesOf(this.#calls.entry(registers.task), metric)
    if (kind === 'counter' && registers.slot !== undefined) attrs['worker.index'] = registers.slot
    // One moment for all that an input causes; a clock that is read for each event costs more than all the rest.
    const ts = onPerformanceClock(this.#host.moment)
    this.#emit({ kind, name: METRIC_NAMES[metric], value: registers.value, ts, attrs })
  }

  /** Performs EndSpan. */
  endSpan(registers: Registers, entry: TaskEntry, record: CallRecord, error: unknown): void {
    const { call, worker, attempt, queueWait, queueWaitLast } = registers
    const { started, ended } = timesOf(registers)
    const { trace } = record.options
    const id = callId(entry, call)
    const detail: SpanDetail = {
      spanId: id,
      ...(trace && { traceId: trace.id }),
      ...(trace?.name !== undefined && { traceName: trace.name }),
      callId: id,
      taskId: entry.taskId,
      ...(entry.taskName !== undefined && { taskName: entry.taskName }),
      taskType: entry.type,
      method: record.method,
      ...(worker !== undefined && { workerIndex: worker }),
      queueWaitMs: queueWait,
      queueWaitLastMs: queueWaitLast,
      attemptCount: attempt,
      ...outcomeOf(registers, error),
    }
    measure('atelier:span', started, ended, detail)
    if (this.#listeners.length === 0) return
    this.#emit({ kind: 'span', name: 'atelier:span', ts: ended, durationMs: ended - started, ...detail })
  }

  /** Performs EndTrace. */
  endTrace(registers: Registers): void {
    const number = registers.trace
    const { started, ended } = timesOf(registers)
    const trace = this.#traces.get(number)
    this.#traces.delete(number)
    if (!trace) return
    const detail: TraceDetail = {
      traceId: trace.id,
      ...(trace.name !== undefined && { traceName: trace.name }),
      ...outcomeOf(registers, trace.error),
    }
    measure('atelier:trace', started, ended, detail)
    if (this.#listeners.length === 0) return
    this.#emit({ kind: 'trace', name: 'atelier:trace', ts: ended, durationMs: ended - started, ...detail })
  }

  #emit(event: RuntimeEvent): void {
    for (const listener of this.#listeners) {
      if (listener.ended) continue
      try {
        listener.tell(event)
      } catch {
        // A listener never disturbs the runtime (contract, Observability).
      }
    }
  }

  #observe(): void {
    const events = this.#listeners.length > 0
    this.#host.observe(events, this.#spans.on, this.#spans.sampleRate)
  }
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0')
}

/** The kernel's times on the page's own timeline. */
function timesOf({ started, ended }: Registers): { started: number; ended: number } {
  return { started: onPerformanceClock(started), ended: onPerformanceClock(ended) }
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
  const { queuePolicy, maxInFlight, maxQueueDepth } = limits
  const attrs: Record<string, string | number> = QUEUE_METRICS.has(metric)
    ? {
        'task.id': taskId,
        'task.type': type,
        'queue.policy': queuePolicy,
        'queue.max_in_flight': maxInFlight,
        'queue.max_depth': maxQueueDepth,
      }
    : { 'task.id': taskId, 'task.type': type }
  if (taskName !== undefined) attrs['task.name'] = taskName
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
 * @throws TypeError for what is no configuration, a mode that is none of the three or a rate that is no number.
 */
function parse(spans: SpansConfig = 'auto'): { on: boolean; sampleRate: number } {
  if (typeof spans !== 'string' && (typeof spans !== 'object' || spans === null)) {
    throw new TypeError(
      `observability.spans must be 'auto', 'on', 'off' or an object with a mode or sampleRate, not ${String(spans)}`,
    )
  }
  const { mode = 'on', sampleRate = 1 } = typeof spans === 'string' ? { mode: spans } : spans
  if (mode !== 'auto' && mode !== 'on' && mode !== 'off') {
    throw new TypeError(`observability.spans must be 'auto', 'on' or 'off', not ${String(mode)}`)
  }
  if (typeof sampleRate !== 'number') {
    throw new TypeError(`observability.spans.sampleRate must be a number, not ${String(sampleRate)}`)
  }
  return { on: mode === 'on' || (mode === 'auto' && isDevelopment()), sampleRate }
}
