import {
  abortError,
  QueueDropError,
  TaskDisposedError,
  timeoutError,
  WorkerCrashedError,
} from '../../shared/errors/classes.ts'
import { Rejection } from '../kernel/pkg/kernel.js'
import type { Registers } from '../kernel/registers.ts'
import type { CallRecord, TaskEntry } from './registry.ts'
import type { KeyTable } from './scopes.ts'

/** The registers that tell which error it is. */
type Blame = Pick<Registers, 'rejection' | 'slot' | 'key'>

/** What can end many calls at once. */
const SHARED: ReadonlySet<Rejection> = new Set([Rejection.Aborted, Rejection.TimedOut, Rejection.Disposed])

/** An error that was made, and for what. */
type Made = {
  readonly error: unknown
  readonly entry: TaskEntry
  readonly method: string
  readonly rejection: Rejection
  readonly key: number | undefined
}

/**
 * The errors that callers get.
 *
 * Calls that end together for the same reason, as when their key is aborted, get one error: to make one, with its stack,
 * costs more than everything else about the end of a queued call.
 */
export class Rejections {
  readonly #keys: KeyTable
  #last: Made | undefined

  constructor(keys: KeyTable) {
    this.#keys = keys
  }

  /** The error for a rejection, with the register fields of the effect that carries it. */
  errorOf(entry: TaskEntry, record: CallRecord, blame: Blame): unknown {
    const { rejection, key } = blame
    const last = this.#last
    const isTheSame =
      last?.entry === entry &&
      last.method === record.method &&
      last.rejection === rejection &&
      last.key === key
    if (isTheSame) return last.error
    const error = make(entry, record, blame, this.#keys)
    this.#last = SHARED.has(rejection) ? { entry, method: record.method, rejection, key, error } : undefined
    return error
  }

  /** What ends from now on ends for a reason of its own. */
  forget(): void {
    this.#last = undefined
  }
}

function make(
  entry: TaskEntry,
  record: CallRecord,
  { rejection, slot, key }: Blame,
  keys: KeyTable,
): unknown {
  const call = `"${record.method}" of task "${entry.taskId}"`
  switch (rejection) {
    case Rejection.Aborted:
      return abortError(`The call ${call} was aborted.`, keys.reasonOf(key as number))
    case Rejection.Canceled:
      return abortError(`The call ${call} was cancelled.`)
    case Rejection.TimedOut:
      return abortError(`The call ${call} ran out of time.`, timeoutError(entry.timeoutMs as number))
    case Rejection.Dropped:
      return new QueueDropError(entry.limits.queuePolicy, entry.taskId)
    case Rejection.Disposed:
      return new TaskDisposedError(entry.taskId)
    case Rejection.Crashed:
      return new WorkerCrashedError(entry.taskId, { workerIndex: slot, cause: entry.crashes[slot as number] })
    case Rejection.Killed:
      return crashed(
        entry,
        slot,
        'The worker was replaced because another, cancelled call on it did not stop within cancelGraceMs.',
      )
    case Rejection.Moved:
      return crashed(
        entry,
        slot,
        'The call cannot be sent again, because its arguments were moved to the worker that is gone. To keep a copy to ' +
          'send again, call with({ transfer: [] }).',
      )
    case Rejection.Failed:
    case Rejection.HandlerAborted:
      return record.value
    default:
      return rejection satisfies never
  }
}

function crashed(entry: TaskEntry, workerIndex: number | undefined, why: string): WorkerCrashedError {
  return new WorkerCrashedError(entry.taskId, { workerIndex, cause: new Error(why) })
}
