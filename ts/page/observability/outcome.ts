import type { ErrorKind as ErrorKindName, SpanEvent, TraceEndOptions } from '../../api/events.ts'
import { isAbortError, QueueDropError, WorkerCrashedError } from '../../shared/errors/classes.ts'
import { describe, messageOf } from '../../shared/errors/describe.ts'
import { ErrorKind, Status } from '../kernel/boundary.ts'

const STATUS_NAMES: Record<Status, SpanEvent['status']> = {
  [Status.Ok]: 'ok',
  [Status.Error]: 'error',
  [Status.Canceled]: 'canceled',
}

const ERROR_NAMES: Record<ErrorKind, ErrorKindName> = {
  [ErrorKind.Abort]: 'abort',
  [ErrorKind.Queue]: 'queue',
  [ErrorKind.Crash]: 'crash',
  [ErrorKind.Exception]: 'exception',
}

/** The fields of an event that state how a call or a trace ended. `error` is what the caller was rejected with, if it failed. */
export function outcomeOf(
  status: Status,
  kind: ErrorKind | undefined,
  error: unknown,
): Pick<SpanEvent, 'status' | 'errorKind' | 'error'> {
  if (kind === undefined) return { status: STATUS_NAMES[status] }
  return { status: STATUS_NAMES[status], errorKind: ERROR_NAMES[kind], error: messageOf(error) }
}

/** Classifies an error for the kernel. */
export function errorKindOf(error: unknown): ErrorKind {
  if (isAbortError(error)) return ErrorKind.Abort
  if (error instanceof WorkerCrashedError) return ErrorKind.Crash
  if (error instanceof QueueDropError) return ErrorKind.Queue
  return ErrorKind.Exception
}

/** @throws TypeError for an unknown status. */
export function statusNamed(name: TraceEndOptions['status']): Status | undefined {
  if (name === undefined) return undefined
  const statuses = { ok: Status.Ok, error: Status.Error, canceled: Status.Canceled }
  if (Object.hasOwn(statuses, name)) return statuses[name]
  throw new TypeError(`status must be 'ok', 'error' or 'canceled', not ${describe(name)}`)
}
