/** Draws SVG files. In the page, because no worker has a decoder for them. */
import { unusable } from './unusable-file.ts'

/** A drawing has no pixels of its own, so it gets as many as the largest result. */
const LONGER_SIDE = 2048

export function isSvg(file: File): boolean {
  return file.type === 'image/svg+xml' || /\.svg$/i.test(file.name)
}

export async function drawSvg(file: File): Promise<Blob> {
  const image = new Image()
  try {
    // No blob URL: an image of one that holds HTML would keep its pixels to itself.
    image.src = `data:image/svg+xml,${encodeURIComponent(await file.text())}`
    await image.decode()
  } catch (cause) {
    throw await unusable(file.name, file, 'is not a drawing that this browser can read', cause)
  }
  // Nothing in the file has to say how large it is.
  const width = image.naturalWidth || LONGER_SIDE
  const height = image.naturalHeight || LONGER_SIDE
  const scale = LONGER_SIDE / Math.max(width, height)
  const canvas = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale))
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas.convertToBlob()
}
