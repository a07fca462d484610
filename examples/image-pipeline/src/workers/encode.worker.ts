import {
  createTaskWorker,
  expose,
  type StripTaskContext,
  type TaskContext,
} from '@varunkanwar/atelier/worker'
import { encode, type ImageType } from '../pixels/canvas.ts'
import type { Pixels } from '../pixels/pixels.ts'

export type EncodeJob = { key: string; pixels: Pixels; type: ImageType }

const handlers = {
  process({ pixels, type }: EncodeJob, context: TaskContext): Promise<Blob> {
    context.throwIfAborted()
    return encode(pixels, type)
  },
}

export type EncodeAPI = StripTaskContext<typeof handlers>

expose(createTaskWorker(handlers))
