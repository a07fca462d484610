/**
 * Tools for development and support: recordings of what a runtime did.
 *
 * @module @varunkanwar/atelier/devtools
 */
import { createRecorder } from './devtools/recording/recorder.ts'
import { provideRecorder } from './page/kernel/recorder.ts'

export { RecordingError } from './devtools/recording/recording-error.ts'
export { recordingOf } from './devtools/recording/recording-of.ts'
export { replay } from './devtools/recording/replay.ts'
export type { Replay, ReplayedEffect, ReplayedFields, ReplayedStep } from './devtools/recording/replayed.ts'

// The effect of this import, which the manifest's `sideEffects` names: from now on runtimes can record.
provideRecorder(createRecorder)
