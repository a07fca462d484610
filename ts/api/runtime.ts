import type { InitMode, TaskConfig } from './config.ts'
import type { AbortKey } from './context.ts'
import type { DisposeSymbol } from './dispose.ts'
import type { RuntimeEvent, TraceContext } from './events.ts'
import type { Task, WorkerState } from './task.ts'

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
   * platform has no PerformanceObserver. What it throws is ignored. Returns a function that ends this; `dispose()` ends it, too, after
   * handing over what is left.
   *
   * @throws TypeError if it is not a function.
   */
  observeSpans(listener: (measure: PerformanceMeasure) => void): () => void
  createTrace(name?: string): TraceContext
  runWithTrace<R>(name: string, fn: (trace: TraceContext) => R | Promise<R>): Promise<R>
  /** Disposes every task. Idempotent. */
  dispose(): void
} & { [S in DisposeSymbol]: () => void }
