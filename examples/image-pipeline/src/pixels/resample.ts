/**
 * Resizes with @jsquash/resize: Lanczos in linear light with premultiplied alpha, compiled from Rust. The library resizes in
 * one go, so it is given strips: rows are independent of each other while the width changes, and so are columns while the height does.
 * Between two strips the caller may report, and stop.
 */
import resize from '@jsquash/resize'
import type { PixelRows, Pixels } from './pixels.ts'

/** Rows or columns in a strip: some milliseconds of work for a photograph. */
const STRIP = 64

type Size = { width: number; height: number }

/** What resampling needs of the context of its call. */
type Call = { report: (part: number) => void; yield: () => Promise<void> }

/** @param call - hears after every strip which part is done, 0…1, and ends the work if its `yield` rejects. */
export async function resample(source: PixelRows, size: Size, call: Call): Promise<Pixels> {
  const rows = Math.ceil(source.height / STRIP)
  const columns = Math.ceil(size.width / STRIP)
  let done = 0
  const next = () => {
    call.report(++done / (rows + columns))
    return call.yield()
  }

  const narrow = new ImageData(size.width, source.height)
  for (let top = 0; top < source.height; top += STRIP) {
    const strip = source.strip(top, STRIP)
    narrow.data.set((await toSize(strip, size.width, strip.height)).data, top * size.width * 4)
    await next()
  }

  const result = new ImageData(size.width, size.height)
  for (let left = 0; left < size.width; left += STRIP) {
    const strip = cut(narrow, left, Math.min(STRIP, size.width - left))
    paste(await toSize(strip, strip.width, size.height), result, left)
    await next()
  }
  return { ...size, data: new Uint8ClampedArray(result.data.buffer as ArrayBuffer) }
}

/** Pixels that keep their size keep their values, too: the library rounds down. */
async function toSize(image: ImageData, width: number, height: number): Promise<ImageData> {
  return image.width === width && image.height === height ? image : resize(image, { width, height })
}

function cut(image: ImageData, left: number, width: number): ImageData {
  const columns = new ImageData(width, image.height)
  for (let y = 0; y < image.height; y++) {
    const start = (y * image.width + left) * 4
    columns.data.set(image.data.subarray(start, start + width * 4), y * width * 4)
  }
  return columns
}

function paste(columns: ImageData, onto: ImageData, left: number): void {
  const { width, height, data } = columns
  for (let y = 0; y < height; y++) {
    onto.data.set(data.subarray(y * width * 4, (y + 1) * width * 4), (y * onto.width + left) * 4)
  }
}
