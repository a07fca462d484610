import type { QueuedItem } from '../../shared/batched-port.ts'
import { ControlKind, writeCancel, writeControl, writeCredit, writeRun } from '../../shared/protocol.ts'
import type { CallSeq } from '../kernel/boundary.ts'
import type { OpenCall } from './open-calls.ts'

/** A cancellation; with a number, credit for a stream; or, without a call, the question which calls the worker has. */
export type Note = QueuedItem & { readonly call: CallSeq | undefined; readonly method: undefined }

/** A cancellation of the call, or credit for its stream, or, without a call, the question which calls the worker has. */
export function note(call: CallSeq | undefined, credit?: number): Note {
  return { call, method: undefined, content: credit, state: 'queued', alone: false, moves: undefined }
}

/** Encodes what is sent to a worker. */
export function write(item: OpenCall | Note, fields: unknown[]): void {
  if (item.method !== undefined) {
    writeRun(
      fields,
      item.call,
      item.method,
      item.content ?? [],
      item.key,
      item.flags,
      item.traceparent,
      item.stream?.limits.ahead,
    )
  } else if (item.call === undefined) writeControl(fields, { kind: ControlKind.ask })
  else if (typeof item.content === 'number') writeCredit(fields, item.call, item.content)
  else writeCancel(fields, item.call)
}
