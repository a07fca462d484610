import {
  createTaskWorker,
  expose,
  type StripTaskContext,
  type TaskContext,
} from '@varunkanwar/atelier/worker'
import { rowsOf } from '../pixels/canvas.ts'
import { fitWithin, type Pixels } from '../pixels/pixels.ts'
import { resample } from '../pixels/resample.ts'
import { unusable } from '../unusable-file.ts'

export type ResizeJob = { key: string; name: string; file: Blob; longestSide: number }

/** `width` and `height` are those of the source. */
export type Resized = { pixels: Pixels; width: number; height: number }

const handlers = {
  /** Decodes here and not in the page, so that a queued call holds a file and no pixels. */
  async process(job: ResizeJob, context: TaskContext): Promise<Resized> {
    const bitmap = await decode(job)
    try {
      context.throwIfAborted()
      const { width, height } = bitmap
      // Reports after every strip, and stops at the next one once the call is canceled.
      const pixels = await resample(rowsOf(bitmap), fitWithin(bitmap, job.longestSide), context)
      return { pixels, width, height }
    } finally {
      bitmap.close()
    }
  },
}

export type ResizeAPI = StripTaskContext<typeof handlers>

expose(createTaskWorker(handlers))

async function decode({ name, file }: ResizeJob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file)
  } catch (cause) {
    throw await unusable(name, file, 'is not an image that this browser can decode', cause)
  }
}
