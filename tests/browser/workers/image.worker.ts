import { createTaskWorker, type StripTaskContext, type TaskContext } from '@varunkanwar/atelier'
import { expose } from 'comlink'

const handlers = {
  /** Inverts the colours. */
  async process(image: ImageData & { docId?: string }, ctx: TaskContext) {
    ctx.throwIfAborted()
    const resized = new ImageData(image.width, image.height)
    for (let at = 0; at < image.data.length; at++) {
      resized.data[at] = at % 4 === 3 ? 255 : 255 - (image.data[at] ?? 0)
    }
    return resized
  },
}

export type ResizeAPI = StripTaskContext<typeof handlers>
expose(createTaskWorker(handlers))
