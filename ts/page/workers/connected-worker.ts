import type { Lane, Parcel } from '../../shared/batched-port.ts'
import type { Attempt, CallSeq, Epoch } from '../kernel/boundary.ts'
import type { CallRecord } from '../tasks/call-record.ts'

/** The worker that sits in a slot. */
export type ConnectedWorker = {
  readonly epoch: Epoch
  readonly lane: Lane<Request>
  /** Calls that were sent, or are about to be, and are not answered. */
  readonly open: Map<unknown, OpenCall>
  /** Ends the worker and all that listens to it. Answers whether its thread is known to be gone. */
  readonly end: () => boolean
}

/** A call on its worker, or on its way there with its arguments. */
export type OpenCall = Parcel & {
  readonly call: CallSeq
  /** Let go when its caller has an answer before the worker has given one. */
  record: CallRecord | undefined
  readonly attempt: Attempt
}

type Cancellation = Parcel & { readonly call: CallSeq; readonly record?: undefined }

export type Request = OpenCall | Cancellation
