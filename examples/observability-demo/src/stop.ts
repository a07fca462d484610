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
  /** Fills the controls and the board and starts. The returned function ends all of it. */
  show: (place: Place) => () => void
}

export type Place = {
  controls: Controls
  board: HTMLElement
  /** Tells those who do not see the page what has come of something. */
  announce: (text: string) => void
}
