/** The public types. Shapes follow the API reference; units are milliseconds unless a name says otherwise. */

/** How a task's calls are spread: over a pool of workers, or through exactly one. */
export type TaskType = 'parallel' | 'singleton'

/** When workers are created: by the first call that needs one, or by `defineTask`. */
export type InitMode = 'lazy' | 'eager'

/** What happens to a call that can neither start nor be accepted as pending. */
export type QueuePolicy = 'block' | 'reject' | 'drop-latest' | 'drop-oldest'

/** What a crash does to the worker's calls and to the task. */
export type CrashPolicy = 'restart-fail-in-flight' | 'restart-requeue-in-flight' | 'fail-task'

/** A cancellation key. The empty string means "no key". */
export type AbortKey = string

/** Everything a task can be told when it is defined. A field that makes no sense is a RangeError or TypeError. */
export type TaskConfig = {
  type: TaskType
  /** Creates one worker. Keep the literal `new Worker(new URL(…, import.meta.url), …)` so that bundlers see it. */
  worker: () => Worker
  /** Default `'lazy'`. */
  init?: InitMode | undefined
  /** Workers of a parallel task, 1…1024. Default: the platform's `hardwareConcurrency`, or 4 where that is unknown. */
  poolSize?: number | undefined
  /** Derives the cancellation key of a call from its arguments. A throw rejects that call; a non-string is "no key". */
  // biome-ignore lint/suspicious/noExplicitAny: the specification leaves the arguments to the user's handlers.
  keyOf?: ((...args: any[]) => string) | undefined
  /** Covers a call from the method call on: waiting, pending, running and every retry. Default: none. */
  timeoutMs?: number | undefined
  /** Default `'restart-fail-in-flight'`. */
  crashPolicy?: CrashPolicy | undefined
  /** Consecutive crashes that are answered with a restart; one more fails the task. Default 3. */
  crashMaxRetries?: number | undefined
  taskName?: string | undefined
  /** Unique among the live tasks of a runtime. Default `task-0`, `task-1`, … */
  taskId?: string | undefined
  /** Calls on workers at one time; `Infinity` is allowed. Default: `poolSize`, or 1 for a singleton. */
  maxInFlight?: number | undefined
  /** Accepted calls that have not started; 0 and `Infinity` are allowed. Default: twice `maxInFlight`, or 2 for a singleton. */
  maxQueueDepth?: number | undefined
  /** Default `'block'`. */
  queuePolicy?: QueuePolicy | undefined
  /** Stops the workers after this long without a call. Default: never. */
  idleTimeoutMs?: number | undefined
  /** How long an aborted call may keep its worker before that worker is replaced. Default: as long as it likes. */
  cancelGraceMs?: number | undefined
  /**
   * How long a worker may take from its creation until it serves calls; one that takes longer has crashed. Time in which the page
   * was frozen does not count. `Infinity`: as long as it likes. Default 60,000.
   */
  startTimeoutMs?: number | undefined
}

/** Options of single calls, applied by `task.with(options)`. Worker handlers never see them. */
export type TaskDispatchOptions = {
  /** Replaces the key that `keyOf` would derive. */
  key?: AbortKey | undefined
  /** Cancels the call beside its key, timeout and task; it removes none of them. */
  signal?: AbortSignal | undefined
  trace?: TraceContext | undefined
  /** `undefined`: move what can move. `[]`: clone everything. A list: move exactly these. */
  transfer?: Transferable[] | undefined
  /** `false` keeps the result's buffers in the worker. Default `true`. */
  transferResult?: boolean | undefined
}

/** What a handler is given as its last argument. */
export type TaskContext = {
  /** Aborts when the call is cancelled. */
  signal: AbortSignal
  key?: AbortKey
  callId: string
  /** Throws an AbortError once the call is cancelled. */
  throwIfAborted: () => void
}

/** Handlers as `createTaskWorker` takes them. */
// biome-ignore lint/suspicious/noExplicitAny: any handler signature is allowed here; StripTaskContext keeps the exact one.
export type TaskHandlerMap = Record<string, (...args: any[]) => unknown>

/** Not for `any`, which extends everything. */
type IsContext<T> = 0 extends 1 & T ? false : T extends TaskContext ? true : false

/** A context at the end, required or optional; other parameters keep their names. */
type DropContext<A extends readonly unknown[]> = A extends readonly [...infer Rest, infer Last]
  ? IsContext<Last> extends true
    ? Rest
    : A
  : Required<A> extends readonly [...unknown[], infer Last]
    ? IsContext<Last> extends true
      ? DropOptionalLast<A>
      : A
    : A

type DropOptionalLast<A extends readonly unknown[]> = number extends A['length']
  ? A
  : A extends readonly [unknown?]
    ? []
    : A extends readonly [infer First, ...infer Rest]
      ? [First, ...DropOptionalLast<Rest>]
      : A extends readonly [(infer First)?, ...infer Rest]
        ? [First?, ...DropOptionalLast<Rest>]
        : A

/** Not for `any` and `never`, which extend everything. */
type IsPromise<R> = 0 extends 1 & R
  ? false
  : [R] extends [never]
    ? false
    : [R] extends [Promise<unknown>]
      ? true
      : false

/** What is asynchronous already stays as it is: to take a function's type apart loses its overloads and type parameters. */
type Asynchronous<F, A extends readonly unknown[], R> =
  IsPromise<R> extends true ? F : (...args: A) => Promise<Awaited<R>>

/**
 * The handlers' types as callers see them: without the TaskContext, always asynchronous. Overloads and type parameters are
 * kept where there is nothing to change; elsewhere the last overload counts, and a type parameter is `unknown`.
 */
export type StripTaskContext<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R
    ? [A] extends [DropContext<A>]
      ? Asynchronous<T[K], A, R>
      : (...args: DropContext<A>) => Promise<Awaited<R>>
    : never
}

type TaskMethods<T> = {
  [K in keyof T as T[K] extends (...args: never[]) => unknown ? K : never]: T[K] extends (
    ...args: infer A
  ) => infer R
    ? Asynchronous<T[K], A, R>
    : never
}

/** A task: the worker's methods, and the task's own life. It has no `then`, so it may be returned from async code. */
export type Task<T> = Omit<TaskMethods<T>, keyof TaskControls<T> | 'then'> & TaskControls<T>

type TaskControls<T> = {
  /** The same task with options for the calls made through the returned proxy. */
  with(options: TaskDispatchOptions): Task<T>
  getState(): WorkerState
  /** Resumes a stopped or failed task and creates its workers. */
  startWorkers(): void
  /** Pauses the task and terminates its workers; calls in flight go back to the front of the queue. */
  stopWorkers(): void
  /** Resolves when nothing is waiting, pending or in flight. */
  drain(): Promise<void>
  /** Rejects every open call with TaskDisposedError and terminates the workers. Idempotent. */
  dispose(): void
  [Symbol.dispose](): void
}

/**
 * The state of one task. Counts are calls unless the name says otherwise. Frozen, and the same object as long as nothing of
 * the task has changed.
 */
export type WorkerState = {
  type: TaskType
  /** Workers the task may have. */
  totalWorkers: number
  /** Workers that exist now. */
  activeWorkers: number
  /**
   * `'running'`: some exist. Else `'crashed'`: the task has failed, or waits to restart; `'stopping'`: threads of workers that were
   * ended may still run; `'stopped'`: none is left.
   */
  workerStatus: 'running' | 'stopped' | 'stopping' | 'crashed'
  taskStatus: 'idle' | 'active' | 'paused'
  /** `ts`: when it came about, in milliseconds since 1970. */
  lastCrash?: { ts: number; error?: string; workerIndex?: number }
  /** Attempts sent to workers since the task was defined. */
  totalDispatched: number
  /** Parallel tasks only. */
  poolSize?: number
  /** Calls in flight. */
  queueDepth: number
  pendingQueueDepth: number
  waitingQueueDepth: number
  maxInFlight: number
  maxQueueDepth: number
  queuePolicy: QueuePolicy
  /** Calls in flight on each worker, by worker index. */
  queueDepthByWorker: number[]
}

/** A task's state as the runtime lists it. */
export type RuntimeTaskSnapshot = WorkerState & { taskId: string; taskName?: string; init: InitMode }

/** The state of every task that is not disposed. Frozen, and the same object as long as nothing has changed. */
export type RuntimeSnapshot = { tasks: RuntimeTaskSnapshot[] }

export type RuntimeSnapshotSubscriptionOptions = {
  /** Default 250. */
  intervalMs?: number
  /** Call the listener at once with the state now. Default `true`. */
  emitImmediately?: boolean
  /** Skip the ticks at which nothing has changed. Default `false`. */
  onlyOnChange?: boolean
}

/** Cancellation by key, for every task of one runtime. */
export type AbortTaskController = {
  /** A signal that aborts with the key. The same signal until `clear`. */
  signalFor(key: AbortKey): AbortSignal
  /** Cancels every open call of the key, and every later one until `clear`. */
  abort(key: AbortKey): void
  abortMany(keys: AbortKey[]): void
  isAborted(key: AbortKey): boolean
  /** Forgets that the key was aborted; open calls stay tied to it. */
  clear(key: AbortKey): void
  clearAll(): void
}

export type SpansConfig =
  | 'auto'
  | 'on'
  | 'off'
  | {
      /** Default `'on'`: naming a sample rate is opting in. */
      mode?: 'auto' | 'on' | 'off'
      /** The part of traces (or of calls without one) that is recorded, clamped to 0…1. Default 1. */
      sampleRate?: number
    }

export type ObservabilityConfig = { spans?: SpansConfig }

export type RuntimeConfig = { observability?: ObservabilityConfig }

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

/** A registry of tasks with one cancellation domain and one event stream. */
export type TaskRuntime = {
  defineTask<T>(config: TaskConfig): Task<T>
  abortTaskController: AbortTaskController
  getRuntimeSnapshot(): RuntimeSnapshot
  subscribeRuntimeSnapshot(
    listener: (snapshot: RuntimeSnapshot) => void,
    options?: RuntimeSnapshotSubscriptionOptions,
  ): () => void
  subscribeEvents(listener: (event: RuntimeEvent) => void): () => void
  /**
   * Calls a listener with each performance measure (`atelier:span`, `atelier:trace`) that this runtime makes from now on, soon
   * after it was made; those of other runtimes and of the page are left out. It is never called where spans are off, or where the
   * platform has no PerformanceObserver. What it throws is ignored. Returns how to end that; `dispose()` ends it, too, after
   * handing over what is left.
   *
   * @throws TypeError when it is not a function.
   */
  observeSpans(listener: (measure: PerformanceMeasure) => void): () => void
  createTrace(name?: string): TraceContext
  runWithTrace<R>(name: string, fn: (trace: TraceContext) => R | Promise<R>): Promise<R>
  /** Disposes every task. Idempotent. */
  dispose(): void
  [Symbol.dispose](): void
}
