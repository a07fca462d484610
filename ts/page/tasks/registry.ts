import type { InitMode, TaskType } from '../../api/config.ts'
import type { WorkerState } from '../../api/task.ts'
import type { CallSeq, TaskId } from '../kernel/boundary.ts'
import type { StreamLimits } from '../streams/stream-options.ts'
import type { Connection } from '../workers/connection.ts'
import type { CallRecord } from './call-record.ts'
import type { SequenceMap } from './sequence-map.ts'

/** A promise that was given out. */
export type Waiting = { resolve: () => void; reject: (error: unknown) => void }

/** The shell's record of one task. */
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
  /** What each new worker is set up with, or a function that makes it. */
  workerData: unknown
  /** The methods whose calls return streams; undefined where there are none. */
  readonly streams: ReadonlyMap<string, StreamLimits> | undefined
  /** The number of the next call. */
  nextCall: CallSeq
  /** Open calls by number. */
  readonly calls: SequenceMap<CallRecord>
  /** Workers by slot. */
  readonly workers: (Connection | undefined)[]
  /** The cause of the last crash in each slot. */
  readonly crashes: (Error | undefined)[]
  /** Pending drain() promises. */
  drains: Waiting[]
  /** Pending replacements of workers, in the order in which they were asked for. */
  readonly replacements: Waiting[]
  /** An object that stays alive as long as the task can be called. */
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

  /** Returns true if a live task has this `taskId`. */
  isNamed(taskId: string): boolean {
    return this.#names.has(taskId)
  }

  /** @throws Error if there is no such task, which would be a bug. */
  entry(task: TaskId): TaskEntry {
    const entry = this.#entries.get(task)
    if (!entry) throw new Error(`The kernel named an unknown task: ${task}.`)
    return entry
  }

  /** Marks a task as disposed and frees its `taskId`. The entry stays, because the task can still be called. */
  retire(entry: TaskEntry): void {
    entry.disposed = true
    this.#names.delete(entry.taskId)
  }

  /** Removes a task that can no longer be called. */
  forget(task: TaskId): void {
    this.#entries.delete(task)
  }

  /** Every task, including disposed ones. */
  entries(): Iterable<TaskEntry> {
    return this.#entries.values()
  }
}

/** The id of a call in its worker's context and in its span. */
export function callId(entry: TaskEntry, call: CallSeq): string {
  return `${entry.taskId}-${call}`
}
