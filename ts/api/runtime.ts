import type { InitMode, TaskConfig } from './config.ts'
import type { AbortKey } from './context.ts'
import type { DisposeSymbol } from './dispose.ts'
import type { RuntimeEvent, TraceContext } from './events.ts'
import type { Task, WorkerState } from './task.ts'

/** The state of a task, as the runtime lists it. */
export type RuntimeTaskSnapshot = WorkerState & { taskId: string; taskName?: string; init: InitMode }

/** The state of every task that is not disposed. Frozen, and the same object as long as nothing has changed. */
export type RuntimeSnapshot = {
  /** In the order in which they were defined. */
  tasks: RuntimeTaskSnapshot[]
  /** Workers that are busy, but for those of tasks with the weight 0. */
  busyWorkers: number
  /** Infinity without a limit. */
  maxBusyWorkers: number
}

export type RuntimeSnapshotSubscriptionOptions = {
  /** Milliseconds between two calls of the listener. Default 250. */
  intervalMs?: number | undefined
  /** Call the listener once at once, with the state now. Default `true`. */
  emitImmediately?: boolean | undefined
  /** Skip the ticks at which nothing has changed. Default `false`. */
  onlyOnChange?: boolean | undefined
}

/** Cancellation by key, for every task of one runtime. */
export type AbortTaskController = {
  /** Returns a signal that aborts with the key. The same signal until `clear`. */
  signalFor(key: AbortKey): AbortSignal
  /** Cancels every open call of the key, and every later one until `clear`. */
  abort(key: AbortKey): void
  /** Aborts several keys at one moment. */
  abortMany(keys: AbortKey[]): void
  /** Whether the key was aborted and not cleared since. */
  isAborted(key: AbortKey): boolean
  /** Forgets that the key was aborted. Open calls stay tied to it. */
  clear(key: AbortKey): void
  /** Clears every key that was aborted. */
  clearAll(): void
}

/** A set of tasks with one cancellation domain and one event stream. */
export type TaskRuntime = {
  /**
   * Defines a task whose worker has the methods `T`.
   *
   * @throws TypeError or RangeError that names the first field of `config` that is not valid.
   */
  defineTask<T>(config: TaskConfig<T>): Task<T>
  /** Cancels calls by key, in every task of the runtime. */
  abortTaskController: AbortTaskController
  /**
   * Gives every open call of the key that has not started this priority, an integer from −8 to 7. A call moves to the end of its new
   * priority; one that has it already stays where it is.
   *
   * @throws TypeError or RangeError for a key that is no string or a priority out of range.
   */
  prioritize(key: AbortKey, priority: number): void
  /** Returns the state of every task at this moment. */
  getRuntimeSnapshot(): RuntimeSnapshot
  /** Calls the listener at intervals. Returns a function that ends the subscription. */
  subscribeRuntimeSnapshot(
    listener: (snapshot: RuntimeSnapshot) => void,
    options?: RuntimeSnapshotSubscriptionOptions,
  ): () => void
  /** Calls the listener with every event. Returns a function that ends the subscription. */
  subscribeEvents(listener: (event: RuntimeEvent) => void): () => void
  /**
   * Calls a listener with each performance measure (`atelier:span`, `atelier:trace`) that this runtime makes from now on, soon
   * after it was made; those of other runtimes and of the page are left out. It is never called where spans are off, or where the
   * platform has no PerformanceObserver. What it throws is ignored. Returns a function that ends this; `dispose()` ends it, too, after
   * handing over what is left.
   *
   * @throws TypeError if it is not a function.
   */
  observeSpans(listener: (measure: PerformanceMeasure) => void): () => void
  /** Begins a trace; its sampling is decided now. */
  createTrace(name?: string): TraceContext
  /** Runs `fn` with a new trace, which ends when `fn` does, with its status. Resolves or rejects as `fn` does. */
  runWithTrace<R>(name: string, fn: (trace: TraceContext) => R | Promise<R>): Promise<R>
  /** Disposes every task. Idempotent. */
  dispose(): void
} & { [S in DisposeSymbol]: () => void }
