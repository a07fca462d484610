import type { StreamingMethods } from './strip-context.ts'

/** How the calls of a task are spread: over a pool of workers, or through exactly one. */
export type TaskType = 'parallel' | 'singleton'

/** When workers are created: by the first call that needs one, or by `defineTask`. */
export type InitMode = 'lazy' | 'eager'

/**
 * What happens to a call that can neither start nor be accepted as pending: it waits, it is rejected, it is dropped, or the oldest
 * pending call is dropped in its favor. Rejections are `QueueDropError`s.
 */
export type QueuePolicy = 'block' | 'reject' | 'drop-latest' | 'drop-oldest'

/**
 * What a crash does to the calls of the crashed worker: they fail, or they return to the front of the queue. `'fail-task'`: every
 * open call fails, and the task accepts none until `startWorkers()`.
 */
export type CrashPolicy = 'restart-fail-in-flight' | 'restart-requeue-in-flight' | 'fail-task'

/** Which of several queued calls of one priority starts first. */
export type QueueOrder = 'oldest-first' | 'newest-first'

/** How many workers stay, and how many there may be. */
export type WorkerRange = {
  /** 0 to `max`. Default 0. */
  min?: number | undefined
  /** 1 to 1024. Default: the platform's `hardwareConcurrency`, or 4 where that is unknown, but at least `min`. */
  max?: number | undefined
}

/**
 * Options of `defineTask()`. A field that is not valid is a TypeError or RangeError that names it.
 *
 * @typeParam T - the methods of the worker. Only `streams` depends on them.
 */
// biome-ignore lint/suspicious/noExplicitAny: a configuration for any worker can be given to defineTask<T>() for each T.
export type TaskConfig<T = any> = {
  /** Whether calls are spread over a pool of workers or go through exactly one. */
  type: TaskType
  /** Creates one worker. Keep the literal `new Worker(new URL(…, import.meta.url), …)`, so that bundlers find the script. */
  worker: () => Worker
  /**
   * What the `setup` of each new worker gets: a value, cloned for each, or a function `({ index }) => data` that makes one, whose contents
   * may move. A function that throws, or data that cannot be cloned, counts as a crash of the worker. Default: undefined.
   */
  workerData?: unknown
  /** When workers are created. Default `'lazy'`: by the first call that needs one. */
  init?: InitMode | undefined
  /**
   * Workers of a parallel task, 1 to 1024. Default: the platform's `hardwareConcurrency`, or 4 where that is unknown.
   *
   * As a range, the pool shrinks: workers beyond `min` that have had no call for `idleTimeoutMs` end, and calls go to the first idle
   * worker, so that the others stay idle. `init: 'eager'` and `startWorkers()` create `min` workers. Defaults: `min` 0, `max` as for a
   * number, or `min` if that is more.
   */
  poolSize?: number | WorkerRange | undefined
  /**
   * Calls after which a worker is replaced, once its calls have ended: a positive integer or `Infinity`. Retries count. The first worker
   * of each slot serves fewer, by the number of its slot, so that they are not all replaced at once. Default: never.
   */
  maxCallsPerWorker?: number | undefined
  /** Derives the cancellation key of a call from its arguments. If it throws, the call is rejected; a non-string means "no key". */
  // biome-ignore lint/suspicious/noExplicitAny: the arguments are those of the user's handlers.
  keyOf?: ((...args: any[]) => string) | undefined
  /**
   * Derives the priority of a call from its arguments, unless `with()` or a TaskSignal says it. If it throws, the call is rejected;
   * anything but an integer from −8 to 7 is 0.
   */
  // biome-ignore lint/suspicious/noExplicitAny: the arguments are those of the user's handlers.
  priorityOf?: ((...args: any[]) => number) | undefined
  /**
   * Which of several queued calls of one priority starts first, pending ones before waiting ones. Default `'oldest-first'`.
   */
  order?: QueueOrder | undefined
  /**
   * The task's share of `maxBusyWorkers` while several tasks want it: twice the weight, twice the time. 0: its workers mostly wait, for
   * the network or for storage, and do not count. A non-negative number. Default 1.
   */
  weight?: number | undefined
  /** Milliseconds from the method call to its result: waiting, pending, running and every retry. Default: no limit. */
  timeoutMs?: number | undefined
  /** What a crash does to the calls of the crashed worker. Default `'restart-fail-in-flight'`. */
  crashPolicy?: CrashPolicy | undefined
  /** Consecutive crashes that are followed by a restart; one more fails the task. Default 3. */
  crashMaxRetries?: number | undefined
  /** A name for people, in snapshots and events. Need not be unique. */
  taskName?: string | undefined
  /** Unique among the live tasks of a runtime. Default `task-0`, `task-1`, … */
  taskId?: string | undefined
  /** Calls on workers at one time; a positive integer or `Infinity`. Default: `poolSize`, or 1 for a singleton. */
  maxInFlight?: number | undefined
  /** Accepted calls that have not started; a non-negative integer or `Infinity`. Default: twice `maxInFlight`, or 2 for a singleton. */
  maxQueueDepth?: number | undefined
  /** What happens to a call for which the queue has no room. Default `'block'`. */
  queuePolicy?: QueuePolicy | undefined
  /**
   * The methods whose handlers return a generator, another iterator or an async iterable, each with `true` or with options. Their calls
   * return a {@link TaskStream}.
   */
  streams?: StreamingMethods<T> | undefined
  /**
   * Milliseconds without a call after which the workers are terminated; the next call creates new ones. Default: never. Where `poolSize`
   * is a range: milliseconds that each worker beyond `min` may be idle. Default 10,000.
   */
  idleTimeoutMs?: number | undefined
  /** Milliseconds that an aborted call may keep its worker before the worker is replaced. Default: no limit. */
  cancelGraceMs?: number | undefined
  /**
   * Milliseconds from the creation of a worker until it serves calls; a worker that takes longer has crashed. Time in which the
   * page was frozen does not count. `Infinity`: no limit. Default 60,000.
   */
  startTimeoutMs?: number | undefined
}

/**
 * Whether calls are reported as spans, and as performance measures. `'auto'` (default): in development only. The object form
 * samples.
 */
export type SpansConfig =
  | 'auto'
  | 'on'
  | 'off'
  | {
      /** Default `'on'`: naming a sample rate is opting in. */
      mode?: 'auto' | 'on' | 'off' | undefined
      /** The part of traces (or of calls without one) that is recorded, clamped to 0…1. Default 1. */
      sampleRate?: number | undefined
    }

/** How much a runtime records. */
export type RecordConfig = {
  /**
   * The length in bytes at which the recording stops, with a warning on the console: a positive integer or `Infinity`. Default
   * 4,000,000, which is enough for about 150,000 calls or more.
   */
  maxBytes?: number | undefined
}

/** What a runtime reports besides snapshots and metrics. */
export type ObservabilityConfig = {
  /** Which calls are reported as spans. Default `'auto'`: in development only. */
  spans?: SpansConfig | undefined
  /**
   * Records every input of the scheduling kernel, from the creation of the runtime on, so that what it did can be replayed:
   * `recordingOf()` of `@varunkanwar/atelier/devtools` returns it. A recording holds numbers: no arguments, results, keys, names or
   * errors. Default: nothing is recorded.
   */
  record?: RecordConfig | undefined
}

/** Options of `createTaskRuntime()`. */
export type RuntimeConfig = {
  /** Which calls are reported as spans. */
  observability?: ObservabilityConfig | undefined
  /**
   * Workers of all tasks that may be busy at one time: a positive integer or `Infinity`. A worker is busy from its first call until
   * it has answered its last one, also where that was aborted. Workers of tasks with the weight 0 do not count. Default: no limit.
   */
  maxBusyWorkers?: number | undefined
}
