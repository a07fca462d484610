/**
 * Tools for development and support: recordings of what a runtime did.
 *
 * @module @varunkanwar/atelier/devtools
 */
export { RecordingError } from './devtools/recording/recording-error.ts'
export { recordingOf } from './devtools/recording/recording-of.ts'
export { replay } from './devtools/recording/replay.ts'
export type { Replay, ReplayedEffect, ReplayedFields, ReplayedStep } from './devtools/recording/replayed.ts'
