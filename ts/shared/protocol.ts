/**
 * What page and worker send each other once `__connect` has introduced them, on the worker's own channel or on a port.
 *
 * A call is named by its number within its task; a worker serves one task only. Messages are encoded as a flat sequence of
 * fields, so that a message of many calls is one array of numbers and strings and the callers' values.
 */
import type { WireArguments } from './arguments.ts'
import type { Envelope } from './errors/envelope.ts'

/** Page to worker: run a call. */
export type RunRequest = {
  call: number
  method: string
  args: WireArguments
  key: string | undefined
  keepResult: boolean
}

/** Reply kinds. A string instead of a kind means "ok", with the name of the Comlink transfer handler that serialized the result. */
export const ReplyKind = { ok: 0, error: 1, ready: 2, thrown: 3, unreadable: 4 } as const

/** Worker to page. */
export type Reply =
  /** A call's result. */
  | { call: number; kind: typeof ReplyKind.ok | string; content: unknown }
  /** What a call threw. */
  | { call: number; kind: typeof ReplyKind.error; content: Envelope }
  /** The worker is ready for calls; whether it holds its lock. Sent once, before any other reply. */
  | { call: undefined; kind: typeof ReplyKind.ready; content: boolean }
  /** Something was thrown outside of any call. */
  | { call: undefined; kind: typeof ReplyKind.thrown; content: Envelope }
  /** A message of the page could not be read, so that its calls are unknown. */
  | { call: undefined; kind: typeof ReplyKind.unreadable; content: undefined }

/** What the page tells a worker when it connects. */
export type ConnectOptions = {
  taskId: string
  /** A Web Lock for the worker to hold as long as it lives. */
  lockName: string
}

/** Encodes a request to run a call. Rarely used fields default to undefined, which costs one byte on the wire. */
export function writeRun(
  fields: unknown[],
  call: number,
  method: string,
  args: WireArguments,
  key: string | undefined,
  keepResult: boolean,
): void {
  const plain = Array.isArray(args)
  const values = plain ? args : args.values
  const handlers = plain ? undefined : args.handlers
  fields.push(call, method, key, keepResult || undefined, handlers, values.length)
  for (const value of values) fields.push(value)
}

/** Encodes a request to cancel a call. */
export function writeCancel(fields: unknown[], call: number): void {
  fields.push(call, undefined)
}

/** Decodes a message to a worker. */
export function readRequests(
  fields: unknown[],
  run: (request: RunRequest) => void,
  cancel: (call: number) => void,
): void {
  for (let at = 0; at < fields.length; ) {
    const call = fields[at] as number
    const method = fields[at + 1] as string | undefined
    if (method === undefined) {
      cancel(call)
      at += 2
      continue
    }
    const end = at + 6 + (fields[at + 5] as number)
    const values = fields.slice(at + 6, end)
    const handlers = fields[at + 4] as (string | undefined)[] | undefined
    run({
      call,
      method,
      args: handlers ? { values, handlers } : values,
      key: fields[at + 2] as string | undefined,
      keepResult: fields[at + 3] === true,
    })
    at = end
  }
}

/** Encodes a reply: three fields. */
export function writeReply(
  fields: unknown[],
  call: Reply['call'],
  kind: Reply['kind'],
  content: unknown,
): void {
  fields.push(call, kind, content)
}

/** Decodes a message from a worker. Untrusted: fields may hold anything. */
export function readReplies(
  fields: unknown[],
  read: (call: unknown, kind: unknown, content: unknown) => void,
): void {
  for (let at = 0; at < fields.length; at += 3) read(fields[at], fields[at + 1], fields[at + 2])
}
