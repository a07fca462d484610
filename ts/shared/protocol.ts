import type { AbortKey } from '../api/context.ts'
import type { WireArguments } from './arguments.ts'
import type { Envelope } from './errors/envelope.ts'

/**
 * What page and worker say to each other once `__connect` has introduced them, on the worker's own channel or on a port.
 *
 * A call is named by its number within its task; a worker serves one task only. Everything is said in a fixed number of
 * words, which lie flat in a message, so that a message of many calls is one array of numbers and strings and the
 * callers' values.
 */

/** Page to worker: run a call. */
export type RunRequest = {
  call: number
  method: string
  args: WireArguments
  key: string | undefined
  keepResult: boolean
}

/** How a call ended, or, without a call, what else the worker has to say. The name of a Comlink transfer handler: 'ok', with a result for that handler. */
export const Said = { ok: 0, error: 1, ready: 2, thrown: 3, unreadable: 4 } as const

/** Worker to page. */
export type Reply =
  /** A call's result. */
  | { call: number; said: typeof Said.ok | string; content: unknown }
  /** What a call threw. */
  | { call: number; said: typeof Said.error; content: Envelope }
  /** It is ready for calls, and holds its lock or cannot. Said once, before any other reply. */
  | { call: undefined; said: typeof Said.ready; content: boolean }
  /** Something was thrown outside of any call. */
  | { call: undefined; said: typeof Said.thrown; content: Envelope }
  /** A message of the page could not be read, so that its calls are unknown. */
  | { call: undefined; said: typeof Said.unreadable; content: undefined }

/** What the page tells a worker when it connects. */
export type Connection = {
  taskId: string
  /** A Web Lock for the worker to hold as long as it lives. */
  lockName: string
}

/** What a worker exposes to the runtime through Comlink. Applications never call it. */
export type TaskWorker = {
  /** Runs one call. Resolves to the handler's result, or rejects with an envelope of what it threw. */
  __dispatch(
    callId: string,
    method: string,
    args: WireArguments,
    key?: AbortKey,
    options?: { transferResult?: boolean },
  ): Promise<unknown>
  /** Aborts the signal of one call. A call that is not running is ignored. */
  __cancel(callId: string): void
  /**
   * Serves calls, many to a message, on a port or, without one, on the worker's own channel. Resolves when the worker
   * serves them.
   */
  __connect(port: MessagePort | undefined, connection: Connection): Promise<void>
}

/** Appends the words of a request to run a call. What is seldom needed is undefined, which takes one byte. */
export function writeRun(
  words: unknown[],
  call: number,
  method: string,
  args: WireArguments,
  key: string | undefined,
  keepResult: boolean,
): void {
  const plain = Array.isArray(args)
  const values = plain ? args : args.values
  const handlers = plain ? undefined : args.handlers
  words.push(call, method, key, keepResult || undefined, handlers, values.length)
  for (const value of values) words.push(value)
}

/** Appends the words of a request to cancel a call. */
export function writeCancel(words: unknown[], call: number): void {
  words.push(call, undefined)
}

/** Reads a message to a worker. */
export function readRequests(
  words: unknown[],
  run: (request: RunRequest) => void,
  cancel: (call: number) => void,
): void {
  for (let at = 0; at < words.length; ) {
    const call = words[at] as number
    const method = words[at + 1] as string | undefined
    if (method === undefined) {
      cancel(call)
      at += 2
      continue
    }
    const end = at + 6 + (words[at + 5] as number)
    const values = words.slice(at + 6, end)
    const handlers = words[at + 4] as (string | undefined)[] | undefined
    run({
      call,
      method,
      args: handlers ? { values, handlers } : values,
      key: words[at + 2] as string | undefined,
      keepResult: words[at + 3] === true,
    })
    at = end
  }
}

/** Appends the three words of a reply. */
export function writeReply(
  words: unknown[],
  call: Reply['call'],
  said: Reply['said'],
  content: unknown,
): void {
  words.push(call, said, content)
}

/** Reads a message from a worker, which may say anything. */
export function readReplies(
  words: unknown[],
  hear: (call: unknown, said: unknown, content: unknown) => void,
): void {
  for (let at = 0; at < words.length; at += 3) hear(words[at], words[at + 1], words[at + 2])
}
