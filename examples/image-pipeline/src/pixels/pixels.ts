/**
 * Straight (not premultiplied) sRGB pixels, four bytes each, row by row. A plain object and not an ImageData: its buffer
 * moves between threads, whereas Chromium copies the pixels of an ImageData even when its buffer is on the transfer list.
 */
export type Pixels = { width: number; height: number; data: Uint8ClampedArray<ArrayBuffer> }

/** The same pixels in strips, so that a large source is never held as a whole. The strip at the bottom may have fewer rows. */
export type PixelRows = { width: number; height: number; strip(top: number, rows: number): ImageData }

export function imageOf({ width, height, data }: Pixels): ImageData {
  return new ImageData(data, width, height)
}

/** The largest size of the same shape whose longer side is at most `longestSide`. Never larger than the source. */
export function fitWithin(size: { width: number; height: number }, longestSide: number) {
  const scale = Math.min(1, longestSide / Math.max(size.width, size.height))
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  }
}
