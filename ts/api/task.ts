import type { QueuePolicy, TaskType } from './config.ts'
import type { AbortKey } from './context.ts'
import type { DisposeSymbol } from './dispose.ts'
import type { TraceContext } from './events.ts'
import type { AsyncMethod, MethodName, StripTaskContext } from './strip-context.ts'

/** Options of single calls, given by `task.with(options)`. Handlers never see them. */
export type TaskDispatchOptions = {
  /** Replaces the key that `keyOf` would derive. The empty string: no key. */
  key?: AbortKey | undefined
  /** Cancels the call, in addition to its key, its timeout and the end of its task. */
  signal?: AbortSignal | undefined
  /** Replaces the task's `timeoutMs` for these calls. A positive number of milliseconds; `Infinity` is none. */
  timeoutMs?: number | undefined
  /**
   * Higher starts first: an integer from −8 to 7. Default: that of a TaskSignal (`'user-blocking'` 4, `'user-visible'` 0,
   * `'background'` −4, also when it changes), else what `priorityOf` derives, else 0. Never interrupts a call that has started, and
   * does not rise with time: a steady stream of higher ones keeps a call from starting.
   */
  priority?: number | undefined
  /**
   * Of the task's calls with the same word only the newest may wait: it replaces one that has not started, which is rejected
   * with an AbortError whose `cause` is a SupersededError.
   */
  latest?: string | undefined
  /**
   * With `latest`: also cancels the call with the word that runs. Default `false`: it finishes, so that a steady stream of calls
   * still has results.
   */
  replaceRunning?: boolean | undefined
  /**
   * Called with the latest value that the handler reported, at most about 60 times a second, and never after the call has settled.
   * What it throws goes to `reportError`.
   */
  onProgress?: ProgressListener | undefined
  /** The trace that the call belongs to. */
  trace?: TraceContext | undefined
  /** `undefined`: everything that can move is moved. `[]`: everything is cloned. A list: exactly these are moved. */
  transfer?: Transferable[] | undefined
  /** `false`: the buffers of the result are cloned and stay in the worker. Default `true`: they are moved. */
  transferResult?: boolean | undefined
}

/**
 * Takes what a handler reports: `unknown`, or what its parameter says. The worker is not asked whether it keeps to that, so that a listener
 * may name the type that it knows without a cast.
 */
export type ProgressListener = { listen(value: unknown): void }['listen']

/**
 * A task: the methods of its worker, and the controls of the task itself.
 *
 * Every method is asynchronous and can be called, whether or not the type `T` has it as optional; a call of a method that the
 * worker does not have is rejected with a TypeError. Methods whose names a call cannot reach are left out: names of the
 * controls, names that every object has (`toString`, `constructor`, …), `toJSON`, and `then`, so that a task can be returned
 * from asynchronous code. Rename such handlers.
 *
 * `T` is usually the {@link StripTaskContext} of the handlers; for a worker made with `{ context: false }`, the type of the
 * handlers themselves will do.
 */
export type Task<T> = TaskMethods<T> & TaskControls<T>

type TaskMethods<T> = {
  [K in keyof T as Exclude<MethodName<T, K>, UnreachableName>]-?: AsyncMethod<T[K], false>
}

type UnreachableName = keyof TaskControls<unknown> | ObjectMember | 'then' | 'toJSON'

/** The names of what Object.prototype has. */
type ObjectMember =
  | 'constructor'
  | 'hasOwnProperty'
  | 'isPrototypeOf'
  | 'propertyIsEnumerable'
  | 'toLocaleString'
  | 'toString'
  | 'valueOf'
  | '__defineGetter__'
  | '__defineSetter__'
  | '__lookupGetter__'
  | '__lookupSetter__'
  | '__proto__'

type TaskControls<T> = {
  /**
   * Returns the same task with options for the calls made through the returned object. Options given earlier stay in force
   * unless they are given again.
   *
   * @throws TypeError for an option that is not valid.
   */
  with(options: TaskDispatchOptions): Task<T>
  /** What can be done with the workers of the task as such. */
  readonly workers: TaskWorkers
  /** Returns the state of the task at this moment. */
  getState(): WorkerState
  /** Resumes a stopped or failed task and creates its workers. */
  startWorkers(): void
  /** Pauses the task and terminates its workers. Calls in flight return to the front of the queue. */
  stopWorkers(): void
  /** Resolves when no call is waiting, pending or in flight. */
  drain(): Promise<void>
  /** Rejects every open call with TaskDisposedError and terminates the workers. Idempotent. */
  dispose(): void
} & { [S in DisposeSymbol]: () => void }

/** What can be done with the workers of a task. */
export type TaskWorkers = {
  /**
   * Replaces the workers that live now, one after the other: each gets no further calls, and ends when its calls have ended. Its slot is
   * filled at once where calls wait, with `init: 'eager'` or below the `min` of `poolSize`, and the next one follows when the new worker
   * is ready; else it is filled by the next call that needs it.
   *
   * Resolves when none of the workers lives, at once where none does. It waits for calls that never end: abort them, or set
   * `cancelGraceMs`. Rejects with a TaskDisposedError if the task is or gets disposed.
   */
  replace: () => Promise<void>
  /**
   * New data for the set-up of every worker, those that live and those to come: a value, which is cloned now, or a function that makes
   * one for each worker, whose contents may move. Calls that were made before begin before the set-up; later ones wait until it has
   * resolved.
   *
   * @throws TypeError for what cannot be cloned or moved; the old data stays.
   */
  setData: (data: unknown) => void
}

/**
 * The state of one task. Counts are calls unless the name says otherwise. Frozen, and the same object as long as nothing of
 * the task has changed.
 */
export type WorkerState = {
  type: TaskType
  /** Workers that the task may have. */
  totalWorkers: number
  /** Workers that exist now. */
  activeWorkers: number
  /**
   * `'running'`: some workers exist. Otherwise `'crashed'`: the task has failed or waits for a restart; `'stopping'`: threads of
   * terminated workers may still run; `'stopped'`: none is left.
   */
  workerStatus: 'running' | 'stopped' | 'stopping' | 'crashed'
  taskStatus: 'idle' | 'active' | 'paused'
  /** `ts`: when it came about, in milliseconds since 1970. */
  lastCrash?: { ts: number; error?: string; workerIndex?: number }
  /** Attempts sent to workers since the task was defined. */
  totalDispatched: number
  /** Parallel tasks only: the most workers, where it is a range. */
  poolSize?: number
  /** Calls in flight. */
  queueDepth: number
  /** Streams that stay on their workers without counting there, because their loops are busy. */
  restingDepth: number
  /** Accepted calls that have not started. */
  pendingQueueDepth: number
  /** Calls that the policy `'block'` keeps waiting. */
  waitingQueueDepth: number
  maxInFlight: number
  maxQueueDepth: number
  queuePolicy: QueuePolicy
  /** Calls in flight on each worker, by worker index. */
  queueDepthByWorker: number[]
}
