/**
 * Tools for development and support: recordings of what a runtime did, and `<atelier-devtools>`, which shows what runtimes do.
 *
 * Importing this defines the element where there is a page, and nothing elsewhere.
 *
 * @module @varunkanwar/atelier/devtools
 */
import { AtelierDevtools } from './devtools/element.ts'

export { AtelierDevtools, type AttachOptions, type RecordingOptions } from './devtools/element.ts'
export { RecordingError } from './devtools/recording/recording-error.ts'
export { recordingOf } from './devtools/recording/recording-of.ts'
export { replay } from './devtools/recording/replay.ts'
export type { Replay, ReplayedEffect, ReplayedFields, ReplayedStep } from './devtools/recording/replayed.ts'

// The effect of this import, for which the manifest's `sideEffects` names it. Where another copy of the package came first, its element shows
// the runtimes of that copy only.
if (globalThis.customElements && !customElements.get('atelier-devtools')) {
  customElements.define('atelier-devtools', AtelierDevtools)
}

declare global {
  interface HTMLElementTagNameMap {
    'atelier-devtools': AtelierDevtools
  }
}
