import type { TaskDispatchOptions } from '../../api/task.ts'
import type { CallSeq, Reason, ScopeId, Slot, TaskId } from '../kernel/boundary.ts'
import type { TaskEntry, TaskRegistry } from './registry.ts'
import type { Rejections } from './rejections.ts'

/** The values of one open call. The kernel knows the call by its number only. */
export type CallRecord = {
  readonly method: string
  /** Released when they were moved to a worker, and when the call settles. */
  args: unknown[] | undefined
  key: string | undefined
  readonly options: TaskDispatchOptions
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  /** The result or error that a settling input brought, until the effect that follows hands it out. */
  value: unknown
}

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
    record?.reject(this.#rejections.errorOf(this.#tasks.entry(task), record, reason, aborted, blamed))
  }

  /** Performs Drained. */
  drained(task: TaskId): void {
    for (const { resolve } of this.#tasks.entry(task).drains.splice(0)) resolve()
  }

  /** Rejects everything that a task still owes anybody. */
  rejectAll(entry: TaskEntry, error: unknown): void {
    for (const { reject } of entry.calls.takeAll()) reject(error)
    for (const { reject } of entry.drains.splice(0)) reject(error)
  }

  /** Takes the record of a call that settles now. */
  #take(task: TaskId, call: CallSeq): CallRecord | undefined {
    const record = this.#tasks.entry(task).calls.take(call)
    if (record) record.args = undefined
    return record
  }
}
