/** What goes into the kernel and comes out of it besides numbers, and how a turn begins and ends. */
import type { RuntimeTaskSnapshot } from '../../api/runtime.ts'
import type { WorkerState } from '../../api/task.ts'
import type { KernelPanicError } from '../../shared/errors/classes.ts'
import type { ScopeId, TraceId } from './boundary.ts'

/** Why the kernel refuses a configuration. */
export type ConfigRefusal = {
  /** The name of a field, or of a member of one: `poolSize.min`. */
  field: string
  /** What the field may be, as the end of the sentence "… must be". */
  allowed: string
  /** Whether the value has the right type and lies outside its range. */
  outOfRange: boolean
}

/** A call's priority, and whether it changes with that of the call's signal. */
export type CallPriority = {
  /** From −8 to 7. */
  readonly priority: number
  readonly followsSignal: boolean
}

/** Which of a task's calls a call supersedes. */
export type Superseded = {
  /** The scope of those calls. */
  readonly scope: ScopeId
  /** Whether running ones are superseded, too. */
  readonly running: boolean
}

/** A trace that was opened. */
export type OpenedTrace = { trace: TraceId; sampled: boolean }

/** What the kernel knows of a task's state. `lastCrash.ts` is on the kernel's clock. */
export type TaskState = WorkerState & Pick<RuntimeTaskSnapshot, 'init'>

/** How a turn begins and ends. `Host` has it. */
export type Turns = {
  /**
   * Begins a turn; returns its moment, which is shared with other turns unless it is `exact` (the default). Throws
   * KernelPanicError if the kernel has failed.
   */
  begin(exact?: boolean): number
  /** Ends a turn: performs what was asked for, unless a drain is running or a batch goes on. */
  end(): void
  /** Throws KernelPanicError if the kernel has failed. */
  check(): void
  /** The kernel has thrown. Returns what to throw instead. */
  fail(cause: unknown): KernelPanicError
}
