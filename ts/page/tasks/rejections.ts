import {
  abortError,
  QueueDropError,
  SupersededError,
  TaskDisposedError,
  timeoutError,
  WorkerCrashedError,
} from '../../shared/errors/classes.ts'
import { Reason, type ScopeId, type Slot } from '../kernel/boundary.ts'
import type { CallRecord } from './call-record.ts'
import type { TaskEntry } from './registry.ts'
import type { AbortedScope, Scopes } from './scopes.ts'

/** Reasons that can reject many calls at once. */
const SHARED: ReadonlySet<Reason> = new Set([Reason.Aborted, Reason.TimedOut, Reason.Disposed])

/** An error, and the circumstances that determine it. */
type CachedError = {
  readonly error: unknown
  readonly entry: TaskEntry
  readonly method: string
  readonly reason: Reason
  readonly timeoutMs: number | undefined
  readonly scope: AbortedScope | undefined
}

/**
 * Creates the errors with which calls are rejected.
 *
 * Calls that are rejected together for the same reason, as when their key is aborted, share one error: capturing the stack of
 * an error costs more than the rest of rejecting a queued call.
 */
export class Rejections {
  readonly #scopes: Scopes
  #last: CachedError | undefined

  constructor(scopes: Scopes) {
    this.#scopes = scopes
  }

  /** The error for a rejection, from the fields of the effect that carries it. */
  errorOf(
    entry: TaskEntry,
    record: CallRecord,
    reason: Reason,
    aborted: ScopeId | undefined,
    blamed: Slot | undefined,
  ): unknown {
    const { method } = record
    const scope = aborted === undefined ? undefined : this.#scopes.aborted(aborted)
    const last = this.#last
    if (
      last?.entry === entry &&
      last.method === method &&
      last.reason === reason &&
      last.timeoutMs === record.options.timeoutMs &&
      last.scope?.of === scope?.of
    ) {
      return last.error
    }
    const error = create(entry, record, reason, scope, blamed)
    this.#last = SHARED.has(reason)
      ? { entry, method, reason, timeoutMs: record.options.timeoutMs, scope, error }
      : undefined
    return error
  }

  /** Drops the cached error; later rejections build their own. */
  forget(): void {
    this.#last = undefined
  }
}

function create(
  entry: TaskEntry,
  record: CallRecord,
  reason: Reason,
  scope: AbortedScope | undefined,
  blamed: Slot | undefined,
): unknown {
  const call = `"${record.method}" of task "${entry.taskId}"`
  switch (reason) {
    case Reason.Aborted:
      return abortError(`The call ${call} was aborted by ${byWhat(scope)}`, scope?.reason)
    case Reason.TimedOut:
      return abortError(
        `The call ${call} timed out.`,
        timeoutError(record.options.timeoutMs ?? (entry.timeoutMs as number)),
      )
    case Reason.ItemTimedOut:
      return abortError(
        `The call ${call} timed out: its loop has waited too long for an item.`,
        timeoutError(record.stream?.limits.itemTimeoutMs as number),
      )
    case Reason.Left:
      return abortError(`Nobody wants more of the call ${call}.`)
    case Reason.Superseded:
      return abortError(
        `The call ${call} was superseded by a newer one.`,
        new SupersededError(entry.taskId, record.options.latest as string),
      )
    case Reason.Dropped:
      return new QueueDropError(entry.limits.queuePolicy, entry.taskId)
    case Reason.Disposed:
      return new TaskDisposedError(entry.taskId)
    case Reason.Crashed:
      return crashed(entry, record, blamed, blamed === undefined ? undefined : entry.crashes[blamed])
    case Reason.Killed:
      return crashed(
        entry,
        record,
        blamed,
        new Error(
          'The worker was replaced because another, canceled call on it did not stop within cancelGraceMs.',
        ),
      )
    case Reason.Moved:
      return crashed(
        entry,
        record,
        blamed,
        new Error(
          'The call cannot be sent again, because its arguments were moved to the worker that is gone. To keep a copy to ' +
            'send again, call with({ transfer: [] }).',
        ),
      )
    case Reason.Begun:
      return crashed(
        entry,
        record,
        blamed,
        new Error('The call cannot be run again, because its stream had begun.'),
      )
    case Reason.Failed:
    case Reason.HandlerAborted:
      return record.value
    default:
      return reason satisfies never
  }
}

function byWhat(scope: AbortedScope | undefined): string {
  if (scope?.key === undefined) return 'its signal.'
  const key = JSON.stringify(scope.key)
  return `its key ${key}. Calls with this key are aborted until abortTaskController.clear(${key}).`
}

function crashed(
  entry: TaskEntry,
  { stream }: CallRecord,
  workerIndex: number | undefined,
  known: Error | undefined,
): WorkerCrashedError {
  const items = stream?.itemCount ?? 0
  const cause = items > 0 ? cutShort(items, known) : known
  return new WorkerCrashedError(entry.taskId, { workerIndex, cause })
}

/** What is known of a crash, and how far a stream had come. */
function cutShort(items: number, cause: Error | undefined): Error {
  const why = cause ? ` ${cause.message}` : ''
  return new Error(`Items of the stream that had arrived: ${items}.${why}`, { cause })
}
