import { TaskDisposedError } from '../../shared/errors/classes.ts'
import type { CallSeq, Reason, ScopeId, Slot, TaskId } from '../kernel/boundary.ts'
import type { CallRecord } from './call-record.ts'
import type { TaskEntry, TaskRegistry } from './registry.ts'
import type { Rejections } from './rejections.ts'

/** Gives callers their answers, as the kernel decides. */
export class Settlement {
  readonly #tasks: TaskRegistry
  readonly #rejections: Rejections

  constructor(tasks: TaskRegistry, rejections: Rejections) {
    this.#tasks = tasks
    this.#rejections = rejections
  }

  /** Performs Resolve. */
  resolve(task: TaskId, call: CallSeq): void {
    const record = this.#take(task, call)
    record?.resolve(record.value)
  }

  /** Performs Reject. */
  reject(
    task: TaskId,
    call: CallSeq,
    reason: Reason,
    aborted: ScopeId | undefined,
    blamed: Slot | undefined,
  ): void {
    const record = this.#take(task, call)
    record?.reject(this.#rejections.errorOf(this.#tasks.entry(task), record, reason, aborted, blamed), reason)
  }

  /** Performs Drained. */
  drained(task: TaskId): void {
    for (const { resolve } of this.#tasks.entry(task).drains.splice(0)) resolve()
  }

  /** Performs Replaced. The end of a task ends the replacement of its workers, too. */
  replaced(task: TaskId): void {
    const entry = this.#tasks.entry(task)
    const waiting = entry.replacements.shift()
    if (entry.disposed) waiting?.reject(new TaskDisposedError(entry.taskId))
    else waiting?.resolve()
  }

  /** Rejects every open call of a task, and everybody who waits for it to drain or for its workers to be replaced. */
  rejectAll(entry: TaskEntry, error: unknown): void {
    for (const { reject } of entry.calls.takeAll()) reject(error)
    for (const { reject } of entry.drains.splice(0)) reject(error)
    for (const { reject } of entry.replacements.splice(0)) reject(error)
  }

  /** Removes and returns the record of a call that settles now. */
  #take(task: TaskId, call: CallSeq): CallRecord | undefined {
    const record = this.#tasks.entry(task).calls.take(call)
    if (record) record.args = undefined
    return record
  }
}
