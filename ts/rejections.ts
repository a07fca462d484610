import type { CallRecord, TaskEntry } from './calls.ts'
import { abortError, QueueDropError, TaskDisposedError, timeoutError, WorkerCrashedError } from './errors.ts'
import { Rejection } from './kernel/pkg/kernel.js'
import type { Registers } from './kernel/registers.ts'
import type { KeyTable } from './keys.ts'

/** The error that a caller gets for a rejection, with the register fields of the effect that carries it. */
export function errorOf(
  entry: TaskEntry,
  record: CallRecord,
  { rejection, slot, key }: Pick<Registers, 'rejection' | 'slot' | 'key'>,
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
