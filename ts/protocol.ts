import type { Envelope } from './envelope.ts'
import type { WireArguments } from './wire.ts'

/**
 * What page and worker say to each other once `__connect` has introduced them, on the worker's own channel or on a port.
 *
 * A call is named by its number within its task; a worker serves one task only.
 */

/** Page to worker: run a call. */
export type RunRequest = [
  call: number,
  method: string,
  args: WireArguments,
  key: string | undefined,
  moveResult: boolean,
]

/** Page to worker: a call to run, or the number of one to cancel. */
export type Request = RunRequest | number

/** Worker to page: it is ready for calls, and holds its lock or cannot. Said once, before any other reply. */
export type Ready = { ready: true; locked: boolean }

/** Worker to page: it is ready, how a call ended, or what was thrown outside of any call. */
export type Reply =
  | Ready
  | [call: number, outcome: 'ok', result: WireArguments]
  | [call: number, outcome: 'error', thrown: Envelope]
  | Envelope

/** What the page tells a worker when it connects. */
export type Connection = {
  taskId: string
  /** A Web Lock for the worker to hold as long as it lives. */
  lockName: string
}

/** A worker may say anything; this is what it says when it is ready. */
export function isReady(reply: unknown): reply is Ready {
  return typeof reply === 'object' && reply !== null && 'ready' in reply && 'locked' in reply
}
