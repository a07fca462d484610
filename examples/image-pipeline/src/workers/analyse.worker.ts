import { createTaskWorker, type StripTaskContext, type TaskContext } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'
import { type Histogram, histogramOf } from '../pixels/histogram.ts'
import { dominantColours, type Swatch } from '../pixels/palette.ts'
import type { Pixels } from '../pixels/pixels.ts'

export type AnalyseJob = { key: string; pixels: Pixels }

/** The pixels come back with what was found in them: they were moved here, so the page has them no more. */
export type Analysed = { pixels: Pixels; histogram: Histogram; colours: Swatch[] }

const handlers = {
  async process({ pixels }: AnalyseJob, context: TaskContext): Promise<Analysed> {
    context.throwIfAborted()
    return { pixels, histogram: histogramOf(pixels), colours: dominantColours(pixels, 5) }
  },
}

export type AnalyseAPI = StripTaskContext<typeof handlers>

expose(createTaskWorker(handlers))
