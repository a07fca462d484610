import type { QueuedItem } from '../../shared/batched-port.ts'
import { ControlKind, writeCancel, writeControl, writeRun } from '../../shared/protocol.ts'
import type { CallSeq } from '../kernel/boundary.ts'
import type { OpenCall } from './open-calls.ts'

/** A cancellation, or, without a call, the question which calls the worker has. */
export type Note = QueuedItem & { readonly call: CallSeq | undefined; readonly method: undefined }

/** A cancellation of the call, or, without one, the question which calls the worker has. */
export function note(call: CallSeq | undefined): Note {
  return { call, method: undefined, content: undefined, state: 'queued', alone: false, moves: undefined }
}

/** Encodes what is sent to a worker. */
export function write(item: OpenCall | Note, fields: unknown[]): void {
  if (item.method !== undefined) {
    writeRun(fields, item.call, item.method, item.content ?? [], item.key, item.flags, item.traceparent)
  } else if (item.call !== undefined) writeCancel(fields, item.call)
  else writeControl(fields, { kind: ControlKind.ask })
}
