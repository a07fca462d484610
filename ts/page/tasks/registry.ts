import type { InitMode, TaskType } from '../../api/config.ts'
import type { WorkerState } from '../../api/task.ts'
import type { CallSeq, TaskId } from '../kernel/boundary.ts'
import type { ConnectedWorker } from '../workers/connected-worker.ts'
import type { CallRecord } from './call-record.ts'
import type { SequenceMap } from './sequence-map.ts'

/** What the shell holds of one task. */
export type TaskEntry = {
  readonly id: TaskId
  readonly taskId: string
  readonly taskName: string | undefined
  readonly type: TaskType
  readonly init: InitMode
  readonly timeoutMs: number | undefined
  /** Limits as the kernel parsed them; they never change. */
  readonly limits: Pick<WorkerState, 'queuePolicy' | 'maxInFlight' | 'maxQueueDepth'>
  readonly createWorker: () => Worker
  /** The number of the next call. */
  nextCall: CallSeq
  /** Open calls by number. */
  readonly calls: SequenceMap<CallRecord>
  /** Workers by slot. */
  readonly workers: (ConnectedWorker | undefined)[]
  /** What is known of the last crash in each slot. */
  readonly crashes: (Error | undefined)[]
  /** Pending drain() promises. */
  drains: { resolve: () => void; reject: (error: unknown) => void }[]
  /** The object that lives as long as somebody can call the task. */
  readonly reach: WeakRef<object>
  disposed: boolean
}

/** All tasks whose proxies are still reachable. */
export class TaskRegistry {
  readonly #entries = new Map<TaskId, TaskEntry>()
  readonly #names = new Set<string>()

  add(entry: TaskEntry): void {
    this.#entries.set(entry.id, entry)
    this.#names.add(entry.taskId)
  }

  /** Whether a task that is not disposed has this id. */
  isNamed(taskId: string): boolean {
    return this.#names.has(taskId)
  }

  /** @throws Error if the kernel names a task that the shell has forgotten, which would be a bug. */
  entry(task: TaskId): TaskEntry {
    const entry = this.#entries.get(task)
    if (!entry) throw new Error(`The kernel named an unknown task: ${task}.`)
    return entry
  }

  /** The task is disposed: its name is free again. The entry stays, because the task can still be called. */
  retire(entry: TaskEntry): void {
    entry.disposed = true
    this.#names.delete(entry.taskId)
  }

  /** Nobody can call the task any more. */
  forget(task: TaskId): void {
    this.#entries.delete(task)
  }

  /** Every task, disposed ones included. */
  entries(): Iterable<TaskEntry> {
    return this.#entries.values()
  }
}

/** The id under which the worker knows a call; its span has the same. */
export function callId(entry: TaskEntry, call: CallSeq): string {
  return `${entry.taskId}-${call}`
}
