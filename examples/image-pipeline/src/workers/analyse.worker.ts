import { createTaskWorker, type StripTaskContext, type TaskContext } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'
import { encode } from '../pixels/canvas.ts'
import { type Histogram, histogramOf } from '../pixels/histogram.ts'
import { resize } from '../pixels/lanczos.ts'
import { dominantColours, type Swatch } from '../pixels/palette.ts'
import { fitWithin, type Pixels, rowsIn } from '../pixels/pixels.ts'

export type AnalyseJob = { key: string; pixels: Pixels }

/** Returns the pixels with the results, because they were moved here and the page no longer has them. */
export type Analysed = { pixels: Pixels; histogram: Histogram; colours: Swatch[]; thumbnail: Blob }

const COLOURS = 5
const THUMBNAIL_SIDE = 320

const handlers = {
  async process({ pixels }: AnalyseJob, context: TaskContext): Promise<Analysed> {
    context.throwIfAborted()
    const histogram = histogramOf(pixels)
    const colours = dominantColours(pixels, COLOURS)
    const { width, height } = fitWithin(pixels, THUMBNAIL_SIDE)
    const thumbnail = await encode(await resize(rowsIn(pixels), width, height), 'image/webp')
    return { pixels, histogram, colours, thumbnail }
  },
}

export type AnalyseAPI = StripTaskContext<typeof handlers>

expose(createTaskWorker(handlers))
