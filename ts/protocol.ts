import type { Envelope } from './envelope.ts'
import type { WireArguments } from './wire.ts'

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
  | readonly [call: number, said: typeof Said.ok | string, result: unknown]
  | readonly [call: number, said: typeof Said.error, thrown: Envelope]
  /** It is ready for calls, and holds its lock or cannot. Said once, before any other reply. */
  | readonly [call: undefined, said: typeof Said.ready, locked: boolean]
  /** Something was thrown outside of any call. */
  | readonly [call: undefined, said: typeof Said.thrown, thrown: Envelope]
  /** A message of the page could not be read, so that its calls are unknown. */
  | readonly [call: undefined, said: typeof Said.unreadable, nothing: undefined]

/** What the page tells a worker when it connects. */
export type Connection = {
  taskId: string
  /** A Web Lock for the worker to hold as long as it lives. */
  lockName: string
}

/** The words of a request to run a call. What is seldom needed is undefined, which takes one byte. */
export function runWords(
  call: number,
  method: string,
  args: WireArguments,
  key: string | undefined,
  keepResult: boolean,
): unknown[] {
  const values = Array.isArray(args) ? args : args.values
  const handlers = Array.isArray(args) ? undefined : args.handlers
  const words: unknown[] = [call, method, key, keepResult || undefined, handlers, values.length]
  for (const value of values) words.push(value)
  return words
}

/** The words of a request to cancel a call. */
export function cancelWords(call: number): unknown[] {
  return [call, undefined]
}

/** Reads a message to a worker. */
export function readRequests(
  words: unknown[],
  run: (request: RunRequest) => void,
  cancel: (call: number) => void,
): void {
  let at = 0
  const next = () => words[at++]
  while (at < words.length) {
    const call = next() as number
    const method = next() as string | undefined
    if (method === undefined) {
      cancel(call)
      continue
    }
    const key = next() as string | undefined
    const keepResult = next() === true
    const handlers = next() as (string | undefined)[] | undefined
    const count = next() as number
    const values = words.slice(at, at + count)
    at += count
    run({ call, method, args: handlers ? { values, handlers } : values, key, keepResult })
  }
}

/** Reads a message from a worker, which may say anything. */
export function readReplies(
  words: unknown[],
  hear: (call: unknown, said: unknown, content: unknown) => void,
): void {
  for (let at = 0; at < words.length; at += 3) hear(words[at], words[at + 1], words[at + 2])
}
