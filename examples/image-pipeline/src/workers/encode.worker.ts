import { createTaskWorker, type StripTaskContext, type TaskContext } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'
import { fitWithin, type Pixels } from '../pixels/pixels.ts'

export type ImageType = 'image/jpeg' | 'image/webp' | 'image/png'

export type EncodeJob = { key: string; pixels: Pixels; type: ImageType }

/** A browser that cannot write the type asked for writes PNG: the file's own type tells. */
export type Encoded = { file: Blob; thumbnail: Blob }

const QUALITY = 0.85
const THUMBNAIL_SIDE = 320

const handlers = {
  async process({ pixels, type }: EncodeJob, context: TaskContext): Promise<Encoded> {
    const canvas = paint(pixels)
    const thumbnail = await shrink(canvas).convertToBlob({ type: 'image/webp', quality: QUALITY })
    context.throwIfAborted()
    if (type === 'image/jpeg') fillBehind(canvas, 'white')
    return { file: await canvas.convertToBlob({ type, quality: QUALITY }), thumbnail }
  },
}

export type EncodeAPI = StripTaskContext<typeof handlers>

expose(createTaskWorker(handlers))

function paint({ width, height, data }: Pixels): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height)
  context2d(canvas).putImageData(new ImageData(data, width, height), 0, 0)
  return canvas
}

function shrink(canvas: OffscreenCanvas): OffscreenCanvas {
  const { width, height } = fitWithin(canvas, THUMBNAIL_SIDE)
  const small = new OffscreenCanvas(width, height)
  const context = context2d(small)
  context.imageSmoothingQuality = 'high'
  context.drawImage(canvas, 0, 0, width, height)
  return small
}

/** JPEG has no alpha, and a canvas would put black where the image is transparent. */
function fillBehind(canvas: OffscreenCanvas, colour: string): void {
  const context = context2d(canvas)
  context.globalCompositeOperation = 'destination-over'
  context.fillStyle = colour
  context.fillRect(0, 0, canvas.width, canvas.height)
}

function context2d(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('This browser gives workers no 2D canvas')
  return context
}
