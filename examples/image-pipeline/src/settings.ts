import type { QueuePolicy } from '@varunkanwar/atelier'
import type { ImageType } from './pixels/canvas.ts'

/** The values of the controls. They apply to a whole run. */
export type Settings = {
  /** Longer side of the results in pixels. Images are never enlarged. */
  longestSide: number
  type: ImageType
  /** Workers of each parallel task. */
  poolSize: number
  /** How many images `parallelLimit` keeps in progress. */
  limit: number
  /** What the first task does with images when its queue is full. */
  policy: QueuePolicy
}
