/** What one stop of the tour consists of. */
import type { Controls } from './view/controls.ts'

export type Stop = {
  id: string
  title: string
  /** The explanation, a paragraph each. */
  lead: readonly string[]
  /** The text of the module that the stop runs, and its name. */
  source: string
  file: string
  /** The same of its worker, unless that is jobs.worker.ts. */
  worker?: { source: string; file: string }
  /** Fills the controls and the board and starts. Returns a function that ends it. */
  show: (place: Place) => () => void
}

export type Place = {
  controls: Controls
  board: HTMLElement
  /** Announces an outcome to users of a screen reader. */
  announce: (text: string) => void
}
