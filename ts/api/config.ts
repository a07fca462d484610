/** How a task's calls are spread: over a pool of workers, or through exactly one. */
export type TaskType = 'parallel' | 'singleton'

/** When workers are created: by the first call that needs one, or by `defineTask`. */
export type InitMode = 'lazy' | 'eager'

/** What happens to a call that can neither start nor be accepted as pending. */
export type QueuePolicy = 'block' | 'reject' | 'drop-latest' | 'drop-oldest'

/** What a crash does to the worker's calls and to the task. */
export type CrashPolicy = 'restart-fail-in-flight' | 'restart-requeue-in-flight' | 'fail-task'

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
