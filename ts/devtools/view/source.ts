import type { LiveRuntime } from '../live/live-runtime.ts'
import type { RuntimeModel } from '../model/runtime-model.ts'

/** A runtime that a panel shows: one of this page, or a recorded one. */
export type Source = {
  readonly name: string
  readonly model: RuntimeModel
  /** Absent for a recording, to which nothing can be done. */
  readonly live?: LiveRuntime | undefined
}
