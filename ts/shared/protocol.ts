/**
 * What page and worker send each other, on the worker's own channel or on a port.
 *
 * A call is named by its number within its task; a worker serves one task only. Messages are encoded as a flat sequence of
 * fields, so that a message of many calls is one array of numbers and strings and the callers' values.
 */
import type { AbortKey } from '../api/context.ts'
import type { WireArguments } from './arguments.ts'
import { MAX_ITEMS } from './batched-port.ts'
import type { Envelope } from './errors/envelope.ts'

/** Page to worker: run a call. */
export type RunRequest = {
  call: number
  method: string
  args: WireArguments
  key: string | undefined
  keepResult: boolean
  /** Whether the reply says how long the handler ran. */
  isTimed: boolean
  /** Whether somebody listens to what the call reports. */
  reports: boolean
  /** Its word in the memory that the worker shares, from 1 on; 0 if it has none. */
  word: number
  /** The W3C trace context of its trace, if that is sampled. */
  traceparent: string | undefined
  /** How many items it may send before it is given more; 0 for a call that is no stream. */
  credit: number
  /** Whether it has the message for itself. */
  isAlone: boolean
}

/** What a run request asks for besides; the sum of those that apply. */
export const RunFlag = {
  /** What can move in the result stays in the worker. */
  keepResult: 1,
  /** The reply says how long the handler ran. */
  timed: 2,
  /** What the handler reports is sent. */
  reports: 4,
  /** A field with the W3C trace context of its trace comes behind the arguments. */
  traced: 8,
  /** Its result is a stream. A field that says how many items may be sent comes behind those. */
  streams: 16,
} as const

/** The bits above the flags are the number of the call's word. */
export const WORD_SHIFT = 5

/** Page to worker, about no call. */
export const ControlKind = {
  /** Asks for a `hello`, should the worker listen already. */
  greet: 0,
  /** Answers the first `hello`, with ConnectOptions. The port in the same message, if any, brings the calls that were made before. */
  connect: 1,
  /** The last item on that port. */
  earlyEnd: 2,
  /** Asks which calls the worker has, because a message could not be read on one of the sides. */
  ask: 3,
  /** Brings data for the set-up of the worker. Has a message of its own. */
  data: 4,
} as const

export type Control = {
  kind: (typeof ControlKind)[keyof typeof ControlKind]
  taskId?: string | undefined
  lockName?: string | undefined
  /** The worker's index in `connect`, its data in `data`. */
  content?: unknown
}

/** How many fields a control item has. */
const CONTROL_FIELDS = 5

/** Reply kinds. A string instead of a kind means "ok", with the name of the Comlink transfer handler that serialized the result. */
export const ReplyKind = {
  ok: 0,
  error: 1,
  ready: 2,
  thrown: 3,
  unreadable: 4,
  hello: 5,
  unhandled: 6,
  has: 7,
  hasNoOther: 8,
  ran: 9,
  progress: 10,
  memory: 11,
  items: 12,
  claimedItem: 13,
  retire: 14,
  setupFailed: 15,
} as const

/** Worker to page. */
export type Reply =
  /** A call's result. */
  | { call: number; kind: typeof ReplyKind.ok | string; content: unknown }
  /** What a call threw. */
  | { call: number; kind: typeof ReplyKind.error; content: Envelope }
  /** Comes before the reply to a call that is timed: the milliseconds that its handler ran. */
  | { call: number; kind: typeof ReplyKind.ran; content: number }
  /** What a call reports about its progress. Has a message of its own. */
  | { call: number; kind: typeof ReplyKind.progress; content: unknown }
  /** The next items of a stream, never none. */
  | { call: number; kind: typeof ReplyKind.items; content: unknown[] }
  /** The next item of a stream, with the name of the Comlink transfer handler that serialized it. */
  | { call: number; kind: typeof ReplyKind.claimedItem; content: [handler: string, value: unknown] }
  /** The worker listens: what is posted to it from now on is received. */
  | { call: undefined; kind: typeof ReplyKind.hello; content: undefined }
  /** The worker is ready for calls; whether it holds its lock. Sent once, before any reply about a call. */
  | { call: undefined; kind: typeof ReplyKind.ready; content: boolean }
  /** The worker's memory of words, where it can share any. Sent once, before `ready`. */
  | { call: undefined; kind: typeof ReplyKind.memory; content: SharedArrayBuffer }
  /** A handler asked for its worker to be replaced. Sent once. */
  | { call: undefined; kind: typeof ReplyKind.retire; content: undefined }
  /** The set-up of the worker has failed. Nothing is served any more. */
  | { call: undefined; kind: typeof ReplyKind.setupFailed; content: Envelope }
  /** Something was thrown outside of any call. */
  | { call: undefined; kind: typeof ReplyKind.thrown; content: Envelope }
  /** A promise was rejected, and nobody handled it. */
  | { call: undefined; kind: typeof ReplyKind.unhandled; content: undefined }
  /** A message to the worker could not be read there. */
  | { call: undefined; kind: typeof ReplyKind.unreadable; content: undefined }
  /** Answers `ask`: the worker has this call. Of a stream, how many items it has sent. */
  | { call: number; kind: typeof ReplyKind.has; content: number | undefined }
  /** Ends the answer to `ask`: of the calls that were sent before it, the worker has no other. */
  | { call: undefined; kind: typeof ReplyKind.hasNoOther; content: undefined }

/** What the page tells a worker when it connects. */
export type ConnectOptions = {
  taskId: string
  /** A Web Lock for the worker to hold as long as it lives. */
  lockName: string
  /** The worker's slot. */
  workerIndex: number
  /** Whether the first message after this brings the worker's data. */
  hasData?: boolean
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
   * Serves calls, many to a message, on a port, and resolves when it does. Without a port: says that this is what the worker exposes,
   * and resolves at once; calls are then served on the worker's own channel.
   */
  __connect(port: MessagePort | undefined, options: ConnectOptions): Promise<void>
}

/** Encodes a request to run a call. Rarely used fields default to undefined, which costs one byte on the wire. */
export function writeRun(
  fields: unknown[],
  call: number,
  method: string,
  args: WireArguments,
  key: string | undefined,
  flags: number,
  traceparent: string | undefined,
  credit?: number,
): void {
  const plain = Array.isArray(args)
  const values = plain ? args : args.values
  const handlers = plain ? undefined : args.handlers
  fields.push(call, method, key, flags || undefined, handlers, values.length)
  for (const value of values) fields.push(value)
  if (flags & RunFlag.traced) fields.push(traceparent)
  if (flags & RunFlag.streams) fields.push(credit)
}

/** Encodes a request to cancel a call. */
export function writeCancel(fields: unknown[], call: number): void {
  fields.push(call, undefined)
}

/** Encodes that a stream may send more items. */
export function writeCredit(fields: unknown[], call: number, credit: number): void {
  fields.push(call, credit)
}

export function writeControl(fields: unknown[], { kind, taskId, lockName, content }: Control): void {
  fields.push(undefined, kind, taskId, lockName, content)
}

/** Decodes the first item of a message to a worker, if that is about no call. */
export function readControl(fields: unknown[]): Control | undefined {
  if (fields[0] !== undefined) return undefined
  return {
    kind: fields[1] as Control['kind'],
    taskId: fields[2] as string | undefined,
    lockName: fields[3] as string | undefined,
    content: fields[4],
  }
}

/** What is done with the requests of a message to a worker that is connected. */
export type RequestHandlers = {
  run(request: RunRequest): void
  cancel(call: number): void
  setUp(data: unknown): void
  /** A stream may send more items. */
  credit(call: number, items: number): void
  ask(): void
}

/** Decodes one request of a message, which begins at a field. Returns where the next one begins. */
export function readRequest(fields: unknown[], at: number, handlers: RequestHandlers): number {
  const call = fields[at] as number | undefined
  const method = fields[at + 1] as string | number | undefined
  if (call === undefined) {
    if (fields[at + 1] === ControlKind.ask) handlers.ask()
    if (fields[at + 1] === ControlKind.data) handlers.setUp(fields[at + 4])
    return at + CONTROL_FIELDS
  }
  if (method === undefined) {
    handlers.cancel(call)
    return at + 2
  }
  if (typeof method === 'number') {
    handlers.credit(call, method)
    return at + 2
  }
  const flags = (fields[at + 3] ?? 0) as number
  const isTraced = (flags & RunFlag.traced) !== 0
  const streams = (flags & RunFlag.streams) !== 0
  const valuesEnd = at + 6 + (fields[at + 5] as number)
  const values = fields.slice(at + 6, valuesEnd)
  const end = valuesEnd + (isTraced ? 1 : 0) + (streams ? 1 : 0)
  const claims = fields[at + 4] as (string | undefined)[] | undefined
  handlers.run({
    call,
    method,
    args: claims ? { values, handlers: claims } : values,
    key: fields[at + 2] as string | undefined,
    keepResult: (flags & RunFlag.keepResult) !== 0,
    isTimed: (flags & RunFlag.timed) !== 0,
    reports: (flags & RunFlag.reports) !== 0,
    word: flags >> WORD_SHIFT,
    traceparent: isTraced ? (fields[valuesEnd] as string) : undefined,
    credit: streams ? (fields[end - 1] as number) : 0,
    isAlone: at === 0 && end === fields.length,
  })
  return end
}

/** How many fields a reply has. */
export const REPLY_FIELDS = 3

/** The most fields in a message from a worker: replies to calls, each with the time that its handler ran. */
export const MAX_REPLY_FIELDS = MAX_ITEMS * 2 * REPLY_FIELDS

/** Encodes a reply. */
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
  for (let at = 0; at < fields.length; at += REPLY_FIELDS) read(fields[at], fields[at + 1], fields[at + 2])
}
