import type { QueuePolicy, TaskType } from './config.ts'
import type { AbortKey } from './context.ts'
import type { TraceContext } from './events.ts'
import type { Asynchronous } from './strip-context.ts'

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

/** The state of one task now. Counts are calls unless the name says otherwise. */
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
