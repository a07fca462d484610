import type { QueuePolicy } from '../../api/config.ts'

/** A worker died with this call on it, or none could be started for it. `cause` is what is known of the death. */
export class WorkerCrashedError extends Error {
  override readonly name = 'WorkerCrashedError'
  readonly taskId: string
  /** Place in the pool, from 0. Absent when no single worker is to blame. */
  declare readonly workerIndex?: number

  constructor(taskId: string, details: { workerIndex?: number | undefined; cause?: unknown } = {}) {
    const { workerIndex, cause } = details
    const who = workerIndex === undefined ? 'A worker' : `Worker ${workerIndex}`
    const why = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : '.'
    super(
      `${who} of task "${taskId}" crashed before the call was answered${why}`,
      cause === undefined ? undefined : { cause },
    )
    this.taskId = taskId
    if (workerIndex !== undefined) this.workerIndex = workerIndex
  }
}

/** The queue was full and its policy gave this call up. */
export class QueueDropError extends Error {
  override readonly name = 'QueueDropError'
  readonly policy: QueuePolicy
  readonly taskId: string

  constructor(policy: QueuePolicy, taskId: string) {
    const what =
      policy === 'drop-oldest' ? 'dropped its oldest pending call for a newer one' : 'refused a call'
    super(`Task "${taskId}" ${what}: its queue is full and its policy is "${policy}".`)
    this.policy = policy
    this.taskId = taskId
  }
}

/** The `cause` in the AbortError of a call whose place a newer call with the same `latest` word took. */
export class SupersededError extends Error {
  override readonly name = 'SupersededError'
  readonly taskId: string
  /** The word that both calls have. */
  readonly latest: string

  constructor(taskId: string, latest: string) {
    super(
      `A newer call of task "${taskId}" with latest ${JSON.stringify(latest)} took the place of this one.`,
    )
    this.taskId = taskId
    this.latest = latest
  }
}

/** The task was disposed while the call was open, or before it was made. */
export class TaskDisposedError extends Error {
  override readonly name = 'TaskDisposedError'
  readonly taskId: string

  constructor(taskId: string) {
    super(`Task "${taskId}" is disposed: it takes no more calls and its open calls are rejected.`)
    this.taskId = taskId
  }
}

/** The scheduling kernel failed, which is a bug of this package. The runtime answers nothing else from then on. */
export class KernelPanicError extends Error {
  override readonly name = 'KernelPanicError'

  /**
   * The recording of the runtime up to the panic, which `replay()` of `@varunkanwar/atelier/devtools` takes. Attach it to a bug report:
   * it holds numbers and nothing of yours. Only where the runtime records.
   */
  readonly recording: Uint8Array | undefined

  /** @param panic - the message of the panic, with its place in the source. */
  constructor(panic: string, recording?: Uint8Array) {
    super(`The scheduling kernel panicked and its runtime has stopped; create a new one. Panic: ${panic}`)
    this.recording = recording
  }
}

/** An AbortError: a DOMException where the platform has one. `cause` is an own property, unless it is undefined. */
export function abortError(message: string, cause?: unknown): Error {
  return platformError('AbortError', message, cause)
}

/** What stands as `cause` in the AbortError of a call that ran out of time. */
export function timeoutError(ms: number): Error {
  return platformError('TimeoutError', `The call was not settled within its timeout of ${ms} ms.`)
}

/** True for whatever calls itself an AbortError, from whichever realm or library. */
export function isAbortError(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'name' in value && value.name === 'AbortError'
}

function platformError(name: string, message: string, cause?: unknown): Error {
  let error: Error
  if (typeof DOMException === 'function') {
    error = new DOMException(message, name)
  } else {
    error = new Error(message)
    error.name = name
  }
  // Browsers' DOMException takes no cause.
  if (cause !== undefined) {
    Object.defineProperty(error, 'cause', { value: cause, writable: true, configurable: true })
  }
  return error
}
