import type { QueuePolicy } from '@varunkanwar/atelier'
import type { ImageType } from './pixels/canvas.ts'

/** What the controls say. They hold for a whole run. */
export type Settings = {
  /** Longer side of the results in pixels. Nothing is enlarged. */
  longestSide: number
  type: ImageType
  /** Workers of each parallel task. */
  poolSize: number
  /** Images that `parallelLimit` keeps under way. */
  limit: number
  /** How the first task treats images that find its queue full. */
  policy: QueuePolicy
}
