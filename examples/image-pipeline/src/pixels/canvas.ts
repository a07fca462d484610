/** Converts between bitmaps, pixels and files. For workers: everything here runs on an OffscreenCanvas. */
import { imageOf, type PixelRows, type Pixels } from './pixels.ts'

export type ImageType = 'image/jpeg' | 'image/webp' | 'image/png'

const QUALITY = 0.85

/** Reads a bitmap strip by strip. */
export function rowsOf(bitmap: ImageBitmap): PixelRows {
  const { width, height } = bitmap
  let reader: { rows: number; context: OffscreenCanvasRenderingContext2D } | undefined
  return {
    width,
    height,
    strip(top, rows) {
      if (reader?.rows !== rows) reader = { rows, context: blank(width, rows) }
      reader.context.clearRect(0, 0, width, rows)
      reader.context.drawImage(bitmap, 0, -top)
      return reader.context.getImageData(0, 0, width, Math.min(rows, height - top))
    },
  }
}

/** A browser that cannot write `type` writes PNG; see the type of the file. JPEG has no alpha and gets a white background. */
export function encode(pixels: Pixels, type: ImageType): Promise<Blob> {
  const { width, height } = pixels
  const context = blank(width, height)
  context.putImageData(imageOf(pixels), 0, 0)
  if (type === 'image/jpeg') {
    context.globalCompositeOperation = 'destination-over'
    context.fillStyle = 'white'
    context.fillRect(0, 0, width, height)
  }
  return context.canvas.convertToBlob({ type, quality: QUALITY })
}

function blank(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('This browser gives workers no 2D canvas')
  return context
}
