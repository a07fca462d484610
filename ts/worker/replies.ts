import { resultToWire } from '../shared/arguments.ts'
import type { BatchedPort, QueuedItem } from '../shared/batched-port.ts'
import { messageOf } from '../shared/errors/describe.ts'
import { toEnvelope } from '../shared/errors/envelope.ts'
import { type Reply, ReplyKind, type RunRequest } from '../shared/protocol.ts'
import { copyIfSmall } from '../shared/small.ts'
import { explainUncloneable } from '../shared/uncloneable.ts'

/** A reply on its way. `method` is only used in the error message if the result cannot be cloned. */
export type QueuedReply = QueuedItem & {
  readonly call: Reply['call']
  readonly kind: Reply['kind']
  readonly method: string
  /** How long the handler ran, in milliseconds, where the page asked. */
  readonly ranMs: number | undefined
  /** Called in place of an error reply if it cannot be posted. */
  readonly refused?: (error: unknown) => void
}

export type ReplyPort = BatchedPort<QueuedReply>

/**
 * Replies with a handler's result as it is now, or with the reason why it cannot be sent.
 *
 * @param hasCompany - whether other replies are expected to leave at the same time. Then a small result is copied, so that they share a
 * message and nothing else.
 * @param ranMs - how long the handler ran, where the page asked.
 */
export function postResult(
  port: ReplyPort,
  request: RunRequest,
  result: unknown,
  hasCompany: boolean,
  ranMs: number | undefined,
): void {
  const { call, method, keepResult } = request
  try {
    const { value, handler, transfer, primitive } = resultToWire(result, keepResult)
    const isPlain = !primitive && handler === undefined && transfer.length === 0
    const copy = hasCompany && isPlain ? copyIfSmall([value]) : undefined
    const content = copy ? copy[0] : value
    post(port, call, handler ?? ReplyKind.ok, content, method, ranMs, !primitive && !copy, transfer)
  } catch (error) {
    postError(port, call, unsendable(`The result of "${method}"`, error), method, ranMs)
  }
}

/** Replies with what a call threw. */
export function postError(
  port: ReplyPort,
  call: Reply['call'],
  thrown: unknown,
  method: string,
  ranMs?: number,
): void {
  post(port, call, ReplyKind.error, toEnvelope(thrown), method, ranMs)
}

/** Posts a value that a handler reported. */
export function postProgress(port: ReplyPort, call: number, value: unknown, method: string): void {
  post(port, call, ReplyKind.progress, value, method)
}

/** Posts what was thrown outside of any call. */
export function postThrown(port: ReplyPort, thrown: unknown): void {
  post(port, undefined, ReplyKind.thrown, toEnvelope(thrown), '')
}

/** Posts why the set-up of the worker has failed. */
export function postSetupFailed(port: ReplyPort, thrown: unknown): void {
  post(port, undefined, ReplyKind.setupFailed, toEnvelope(thrown), '')
}

/** Posts the memory that the worker shares. */
export function postMemory(port: ReplyPort, memory: SharedArrayBuffer): void {
  post(port, undefined, ReplyKind.memory, memory, '')
}

/** Posts a reply whose content is a primitive. */
export function postNotice(
  port: ReplyPort,
  kind: Reply['kind'],
  content?: boolean | number,
  call: Reply['call'] = undefined,
): void {
  post(port, call, kind, content, '', undefined, false)
}

/**
 * Replies with an error in the place of a reply that cannot be posted. A reported value that cannot be posted is only logged.
 *
 * @throws the error where not even that can be posted: thrown outside of any call, it ends the worker.
 */
export function refuseReply(port: ReplyPort, reply: QueuedReply, error: unknown): void {
  const { call, kind, method, content, moves, ranMs, refused } = reply
  if (refused) {
    refused(error)
    return
  }
  if (kind === ReplyKind.progress) {
    console.error(`A value that "${method}" reported cannot be sent to the page, and is dropped.`, error)
    return
  }
  if (call === undefined || kind === ReplyKind.error) throw error
  const isStream = typeof ReadableStream === 'function' && content instanceof ReadableStream
  const why = isStream && moves?.includes(content) ? NO_STREAMS : explainUncloneable(content, 'result', moves)
  postError(port, call, unsendable(`The result of "${method}"`, error, why), method, ranMs)
}

function post(
  port: ReplyPort,
  call: Reply['call'],
  kind: Reply['kind'],
  content: unknown,
  method: string,
  ranMs?: number,
  alone = true,
  moves?: Transferable[],
): void {
  port.post({ call, kind, content, method, ranMs, state: 'queued', alone, moves })
}

const NO_STREAMS =
  "this browser cannot move a ReadableStream: name the method in the task's streams, and return a generator that yields its chunks"

/** The error for what cannot be posted: a result or an item. */
export function unsendable(what: string, cause: unknown, why = messageOf(cause)): TypeError {
  return new TypeError(
    `${what} cannot be sent to the page (${why}). Return what structured clone accepts: no functions, no DOM ` +
      'nodes, nothing that has already moved; if it holds a buffer that may not move, such as that of a WebAssembly.Memory, ' +
      'call with({ transferResult: false }).',
    { cause },
  )
}
