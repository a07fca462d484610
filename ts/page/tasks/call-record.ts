import type { TaskDispatchOptions } from '../../api/task.ts'
import type { Reason } from '../kernel/boundary.ts'
import type { CallStream } from '../streams/call-stream.ts'

/** The values of one open call. The kernel knows the call by its number only. */
export type CallRecord = {
  readonly method: string
  /** Released when they were moved to a worker, and when the call settles. */
  args: unknown[] | undefined
  key: string | undefined
  readonly options: TaskDispatchOptions
  readonly resolve: (value: unknown) => void
  /** @param reason - absent where the kernel has failed. */
  readonly reject: (error: unknown, reason?: Reason) => void
  /** The result or error that a settling input brought, until the effect that follows hands it out. */
  value: unknown
  /** Of a call whose results come one after the other. Other calls do not have the field. */
  readonly stream?: CallStream
}
