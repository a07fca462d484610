import { createTaskWorker, type StripTaskContext, type TaskContext } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'
import { rowsOf } from '../pixels/canvas.ts'
import { resize } from '../pixels/lanczos.ts'
import { fitWithin, type Pixels } from '../pixels/pixels.ts'

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
      const size = fitWithin(bitmap, job.longestSide)
      return { pixels: await resize(rowsOf(bitmap), size.width, size.height, pauses(context)), width, height }
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
    throw new Error(`${name} is not an image that this browser can decode`, { cause })
  }
}

/** Yields to the event loop after every 50 ms of work, because a cancellation can only arrive while the handler is not computing. */
function pauses(context: TaskContext): () => Promise<void> | undefined {
  let since = performance.now()
  return () => {
    if (performance.now() - since < 50) return undefined
    return new Promise<void>(resolve => setTimeout(resolve)).then(() => {
      context.throwIfAborted()
      since = performance.now()
    })
  }
}
