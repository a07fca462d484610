/** Converts between bitmaps, pixels and files. For workers: everything here runs on an OffscreenCanvas. */
import type { PixelRows, Pixels } from './pixels.ts'

/** Rows read from the bitmap at once. */
const STRIP = 64

export type ImageType = 'image/jpeg' | 'image/webp' | 'image/png'

const QUALITY = 0.85

/** Reads a bitmap row by row. Rows are cheap in ascending order: a strip of them is read at a time. */
export function rowsOf(bitmap: ImageBitmap): PixelRows {
  const { width, height } = bitmap
  const { canvas, context } = blank(width, Math.min(STRIP, height))
  let top = -1
  let strip = new Uint8ClampedArray(0)
  return {
    width,
    height,
    row(y) {
      if (top < 0 || y < top || y >= top + canvas.height) {
        top = y
        context.clearRect(0, 0, width, canvas.height)
        context.drawImage(bitmap, 0, -top)
        strip = context.getImageData(0, 0, width, canvas.height).data
      }
      const start = (y - top) * width * 4
      return strip.subarray(start, start + width * 4)
    },
  }
}

/** A browser that cannot write `type` writes PNG; see the type of the file. JPEG has no alpha and gets a white background. */
export function encode({ width, height, data }: Pixels, type: ImageType): Promise<Blob> {
  const { canvas, context } = blank(width, height)
  context.putImageData(new ImageData(data, width, height), 0, 0)
  if (type === 'image/jpeg') {
    context.globalCompositeOperation = 'destination-over'
    context.fillStyle = 'white'
    context.fillRect(0, 0, width, height)
  }
  return canvas.convertToBlob({ type, quality: QUALITY })
}

function blank(width: number, height: number) {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('This browser gives workers no 2D canvas')
  return { canvas, context }
}
