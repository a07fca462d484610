import type { TaskRuntime } from '../../api/runtime.ts'
import type { Host, Shell } from '../kernel/host.ts'
import type { TaskRegistry } from '../tasks/registry.ts'
import type { Telemetry } from './telemetry.ts'

/** The inside of a runtime, for the devtools. */
export type Inspection = {
  readonly host: Host
  readonly tasks: TaskRegistry
  readonly telemetry: Telemetry
  /** Who acts for the kernel. Whoever wants to see the effects connects the host to one that passes them on to this one. */
  readonly shell: Shell
}

/**
 * The inside of each runtime. Nothing in the page reads it: a runtime that nobody inspects pays for its entry, and nothing per call.
 */
export const inspections = new WeakMap<TaskRuntime, Inspection>()
