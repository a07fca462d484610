import type { InitMode, TaskDispatchOptions, TaskType, WorkerState } from '../../api/types.ts'
import type { KernelTaskId } from '../kernel/host.ts'
import type { Connection } from '../workers/connection.ts'
import type { Table } from './sequence-map.ts'

/** The values of one open call. The kernel knows the call by its number only. */
export type CallRecord = {
  readonly method: string
  /** Released when they were moved to a worker, and when the call settles. */
  args: unknown[] | undefined
  readonly key: string | undefined
  readonly options: TaskDispatchOptions
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  /** What the last settling input brought: the handler's result, or its error. */
  value: unknown
}

/** What the shell holds of one task. */
export type TaskEntry = {
  readonly id: KernelTaskId
  readonly taskId: string
  readonly taskName: string | undefined
  readonly type: TaskType
  readonly init: InitMode
  readonly timeoutMs: number | undefined
  /** Limits as the kernel parsed them; they never change. */
  readonly limits: Pick<WorkerState, 'queuePolicy' | 'maxInFlight' | 'maxQueueDepth'>
  readonly spawn: () => Worker
  /** Open calls by number. */
  readonly calls: Table<CallRecord>
  /** Workers by slot. */
  readonly workers: (Connection | undefined)[]
  /** What is known of the last crash in each slot. */
  readonly crashes: (Error | undefined)[]
  /** Those who wait for the task to drain. */
  drains: { resolve: () => void; reject: (error: unknown) => void }[]
  /** Lives as long as somebody can call the task. */
  reach: WeakRef<object> | undefined
  disposed: boolean
}

/** Every task that somebody can still call, with its open calls. */
export class CallTable {
  readonly #entries = new Map<KernelTaskId, TaskEntry>()
  readonly #names = new Set<string>()

  add(entry: TaskEntry): void {
    this.#entries.set(entry.id, entry)
    this.#names.add(entry.taskId)
  }

  /** Whether a task that is not disposed of has this id. */
  isNamed(taskId: string): boolean {
    return this.#names.has(taskId)
  }

  /** @throws Error when the kernel names a task that the shell has forgotten, which would be a bug. */
  entry(task: KernelTaskId): TaskEntry {
    const entry = this.#entries.get(task)
    if (!entry) throw new Error(`The kernel named an unknown task: ${task}.`)
    return entry
  }

  /** Takes the record of a call that settles now out of the table. */
  take(task: KernelTaskId, call: number): CallRecord | undefined {
    const record = this.entry(task).calls.take(call)
    if (record) record.args = undefined
    return record
  }

  /** The task is disposed of: its name is free again. It stays, because it can still be called. */
  retire(entry: TaskEntry): void {
    entry.disposed = true
    this.#names.delete(entry.taskId)
  }

  /** Nobody can call the task any more. */
  forget(task: KernelTaskId): void {
    this.#entries.delete(task)
  }

  /** Every task, disposed ones included. */
  entries(): Iterable<TaskEntry> {
    return this.#entries.values()
  }
}

/** The id under which the worker knows a call; its span has the same. */
export function callId(entry: TaskEntry, call: number): string {
  return `${entry.taskId}-${call}`
}
