/**
 * Straight (not premultiplied) sRGB pixels, four bytes each, row by row. A plain object and not an ImageData: its buffer
 * moves between threads, whereas Chromium copies the pixels of an ImageData even when its buffer is on the transfer list.
 */
export type Pixels = { width: number; height: number; data: Uint8ClampedArray<ArrayBuffer> }

/** The same pixels one row at a time, so that a large source is never held as a whole. */
export type PixelRows = { width: number; height: number; row(y: number): Uint8ClampedArray }

/** Rows read from the bitmap at once. */
const STRIP = 64

/** Reads a bitmap row by row. Rows are cheap in ascending order: a strip of them is read at a time. */
export function rowsOf(bitmap: ImageBitmap): PixelRows {
  const { width, height } = bitmap
  const canvas = new OffscreenCanvas(width, Math.min(STRIP, height))
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('This browser gives workers no 2D canvas')
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

/** The largest size of the same shape whose longer side is at most `longestSide`. Never larger than the source. */
export function fitWithin(size: { width: number; height: number }, longestSide: number) {
  const scale = Math.min(1, longestSide / Math.max(size.width, size.height))
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  }
}
