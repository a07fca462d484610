import type { TaskDispatchOptions } from '../../api/task.ts'

/** The values of one open call. The kernel knows the call by its number only. */
export type CallRecord = {
  readonly method: string
  /** Released when they were moved to a worker, and when the call settles. */
  args: unknown[] | undefined
  key: string | undefined
  readonly options: TaskDispatchOptions
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  /** The result or error that a settling input brought, until the effect that follows hands it out. */
  value: unknown
}
