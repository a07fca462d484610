import type { Histogram } from './pixels/histogram.ts'
import type { Swatch } from './pixels/palette.ts'

/** The source of an image. It is not opened before its turn. `bytes` is the size of its file, if there is one. */
export type Source = { name: string; bytes?: number; open: () => Promise<Blob> }

export type Stage = 'open' | 'resize' | 'analyze' | 'encode'

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
  colors: Swatch[]
}

/** Where a picture is: in which stage, and which part of it is done, 0…1. Absent where nothing reports it. */
export type Position = { stage: Stage; part?: number | undefined }

export type Standing =
  | { at: 'queued' }
  | ({ at: 'started' } & Position)
  | { at: 'done'; developed: Developed }
  | { at: 'failed'; reason: string; isFinal: boolean }
  | { at: 'dropped'; reason: string }
  | { at: 'canceled'; from?: Position | undefined }

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

/** Whether another attempt may end differently. */
export function canRetry({ standing }: Picture): boolean {
  if (standing.at === 'failed') return !standing.isFinal
  return standing.at === 'dropped' || standing.at === 'canceled'
}
