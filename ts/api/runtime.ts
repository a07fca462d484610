import type { InitMode, TaskConfig } from './config.ts'
import type { AbortKey } from './context.ts'
import type { DisposeSymbol } from './dispose.ts'
import type { RuntimeEvent, TraceContext } from './events.ts'
import type { Task, WorkerState } from './task.ts'

/** A task's state as the runtime lists it. */
export type RuntimeTaskSnapshot = WorkerState & { taskId: string; taskName?: string; init: InitMode }

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
  createTrace(name?: string): TraceContext
  runWithTrace<R>(name: string, fn: (trace: TraceContext) => R | Promise<R>): Promise<R>
  /** Disposes every task. Idempotent. */
  dispose(): void
} & { [S in DisposeSymbol]: () => void }
