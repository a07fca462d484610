import type { Pixels } from './pixels.ts'

export const BINS = 64

/** Pixels per bin of each channel, dark to bright. Invisible pixels are not counted. */
export type Histogram = { red: Uint32Array; green: Uint32Array; blue: Uint32Array }

export function histogramOf({ data }: Pixels): Histogram {
  const red = new Uint32Array(BINS)
  const green = new Uint32Array(BINS)
  const blue = new Uint32Array(BINS)
  const shift = 8 - Math.log2(BINS)
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] === 0) continue
    count(red, (data[i] as number) >> shift)
    count(green, (data[i + 1] as number) >> shift)
    count(blue, (data[i + 2] as number) >> shift)
  }
  return { red, green, blue }
}

function count(bins: Uint32Array, bin: number): void {
  bins[bin] = (bins[bin] as number) + 1
}
