import resize from '@jsquash/resize'
import { createTaskWorker, type StripTaskContext, type TaskContext } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'
import { encode } from '../pixels/canvas.ts'
import { type Histogram, histogramOf } from '../pixels/histogram.ts'
import { dominantColours, type Swatch } from '../pixels/palette.ts'
import { fitWithin, imageOf, type Pixels } from '../pixels/pixels.ts'

export type AnalyseJob = { key: string; pixels: Pixels }

/** Returns the pixels with the results, because they were moved here and the page no longer has them. */
export type Analysed = { pixels: Pixels; histogram: Histogram; colours: Swatch[]; thumbnail: Blob }

const COLOURS = 5
const THUMBNAIL_SIDE = 320

const handlers = {
  async process({ pixels }: AnalyseJob, context: TaskContext): Promise<Analysed> {
    const histogram = histogramOf(pixels)
    context.report(1 / 3)
    await context.yield()
    const colours = dominantColours(pixels, COLOURS)
    context.report(2 / 3)
    await context.yield()
    const { width, height } = fitWithin(pixels, THUMBNAIL_SIDE)
    const small = await resize(imageOf(pixels), { width, height })
    const thumbnail = await encode({ width, height, data: new Uint8ClampedArray(small.data) }, 'image/webp')
    return { pixels, histogram, colours, thumbnail }
  },
}

export type AnalyseAPI = StripTaskContext<typeof handlers>

expose(createTaskWorker(handlers))
