import type { Histogram } from './pixels/histogram.ts'
import type { Swatch } from './pixels/palette.ts'

/** The source of an image. It is not opened before its turn. */
export type Source = { name: string; open: () => Promise<Blob> }

export type Stage = 'open' | 'resize' | 'analyse' | 'encode'

/** The result of the pipeline for one image: encoded files and figures, no pixels. */
export type Developed = {
  file: Blob
  thumbnail: Blob
  width: number
  height: number
  sourceBytes: number
  sourceWidth: number
  sourceHeight: number
  histogram: Histogram
  colours: Swatch[]
}

export type Standing =
  | { at: 'queued' }
  | { at: 'started'; stage: Stage }
  | { at: 'done'; developed: Developed }
  | { at: 'failed'; reason: string }
  | { at: 'dropped'; reason: string }
  | { at: 'cancelled' }

/** One image. `key` is the cancellation key of its latest attempt. */
export type Picture = { key: string; source: Source; standing: Standing }

/**
 * One pass through the pipeline. Every attempt has a key of its own, so an attempt that was canceled stays canceled when the
 * picture is tried again.
 */
export type Attempt = { key: string; picture: Picture }

export function isOpen({ standing }: Picture): boolean {
  return standing.at === 'queued' || standing.at === 'started'
}
