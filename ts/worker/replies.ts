import { toWire } from '../shared/arguments.ts'
import type { BatchedPort, QueuedItem } from '../shared/batched-port.ts'
import { toEnvelope } from '../shared/errors/envelope.ts'
import { type Reply, ReplyKind, type RunRequest } from '../shared/protocol.ts'

/** A reply on its way. `method` is only used in the error message if the result cannot be cloned. */
export type QueuedReply = QueuedItem & {
  readonly call: Reply['call']
  readonly kind: Reply['kind']
  readonly method: string
}

export type ReplyPort = BatchedPort<QueuedReply>

/** Replies with a handler's result, or with the reason why it cannot be sent. */
export function postResult(port: ReplyPort, request: RunRequest, result: unknown): void {
  const { call, method, keepResult } = request
  try {
    const { wire, transfer } = toWire([result], keepResult ? [] : undefined)
    const plain = Array.isArray(wire)
    const kind = plain ? ReplyKind.ok : (wire.handlers[0] as string)
    postReply(port, call, kind, (plain ? wire : wire.values)[0], method, transfer)
  } catch (error) {
    postError(port, call, unsendable(method, error), method)
  }
}

/** Replies with what a call threw. */
export function postError(port: ReplyPort, call: number, thrown: unknown, method: string): void {
  postReply(port, call, ReplyKind.error, toEnvelope(thrown), method)
}

/** Replies with an error in the place of a reply that cannot be posted. */
export function refuseReply(port: ReplyPort, { call, method }: QueuedReply, error: unknown): void {
  postReply(port, call, ReplyKind.error, toEnvelope(unsendable(method, error)), method)
}

/** Posts any reply. */
export function postReply(
  port: ReplyPort,
  call: Reply['call'],
  kind: Reply['kind'],
  content: unknown,
  method = '',
  moves?: Transferable[],
): void {
  port.post({ call, kind, content, method, state: 'queued' }, moves)
}

/** The error for a result that cannot be posted. */
function unsendable(method: string, cause: unknown): TypeError {
  const why = cause instanceof Error ? ` (${cause.message})` : ''
  return new TypeError(
    `The result of "${method}" cannot be sent to the page${why}. Return what structured clone accepts: no functions, no DOM ` +
      'nodes, nothing that has already moved; if it holds a buffer that may not move, such as that of a WebAssembly.Memory, ' +
      'call with({ transferResult: false }).',
    { cause },
  )
}
