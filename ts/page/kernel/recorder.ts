import type { RecordConfig } from '../../api/config.ts'
import type { TaskRuntime } from '../../api/runtime.ts'
import type { Kernel } from './pkg/kernel.js'

/** Keeps the inputs of one kernel. */
export type Recorder = {
  /** Returns the same kernel, whose inputs are recorded before it gets them. */
  watch(kernel: Kernel): Kernel
  /** The recording so far. */
  bytes(): Uint8Array
}

/** The recorder of each runtime that records. */
export const recorders = new WeakMap<TaskRuntime, Recorder>()

let create: ((config: RecordConfig) => Recorder) | undefined

/** Brings the recorder, which is a part of the developer tools, so that pages that never record do not load it. */
export function provideRecorder(creator: (config: RecordConfig) => Recorder): void {
  create = creator
}

/**
 * Returns a new recorder if the configuration is there.
 *
 * @throws TypeError or RangeError if it is invalid.
 * @throws Error if the developer tools are not there.
 */
export function recorderFor(config: RecordConfig | undefined): Recorder | undefined {
  if (config === undefined) return
  if (create) return create(config)
  throw new Error('observability.record needs "@varunkanwar/atelier/devtools": import it first.')
}
