import resize from '@jsquash/resize'
import {
  createTaskWorker,
  expose,
  type StripTaskContext,
  type TaskContext,
} from '@varunkanwar/atelier/worker'
import { encode } from '../pixels/canvas.ts'
import { type Histogram, histogramOf } from '../pixels/histogram.ts'
import { dominantColors, type Swatch } from '../pixels/palette.ts'
import { fitWithin, imageOf, type Pixels } from '../pixels/pixels.ts'

export type AnalyzeJob = { key: string; pixels: Pixels }

/** Returns the pixels with the results, because they were moved here and the page no longer has them. */
export type Analyzed = { pixels: Pixels; histogram: Histogram; colors: Swatch[]; thumbnail: Blob }

const COLORS = 5
const THUMBNAIL_SIDE = 320

const handlers = {
  async process({ pixels }: AnalyzeJob, context: TaskContext): Promise<Analyzed> {
    const histogram = histogramOf(pixels)
    context.report(1 / 3)
    await context.yield()
    const colors = dominantColors(pixels, COLORS)
    context.report(2 / 3)
    await context.yield()
    const { width, height } = fitWithin(pixels, THUMBNAIL_SIDE)
    const small = await resize(imageOf(pixels), { width, height })
    const thumbnail = await encode({ width, height, data: new Uint8ClampedArray(small.data) }, 'image/webp')
    return { pixels, histogram, colors, thumbnail }
  },
}

export type AnalyzeAPI = StripTaskContext<typeof handlers>

expose(createTaskWorker(handlers))
