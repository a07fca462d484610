/**
 * Dominant colors: pixels are binned by their four leading bits per channel, and the bins' mean colors are clustered
 * by k-means in Oklab, where distances correspond to perceived differences.
 */
import type { Pixels } from './pixels.ts'
import { toLinear } from './srgb.ts'

/** `share` is the part of the visible pixels that the color represents, 0…1. */
export type Swatch = { red: number; green: number; blue: number; share: number }

type Lab = [lightness: number, a: number, b: number]
type Bin = { red: number; green: number; blue: number; lab: Lab; pixels: number; cluster: number }

const ROUNDS = 8

/** Colors closer than this in Oklab count as one: about three just noticeable differences. */
const SAME = 0.06

/** At most `count` colors, the most common first. The same pixels always give the same colors. */
export function dominantColours(pixels: Pixels, count: number): Swatch[] {
  const bins = binsOf(pixels)
  let centres = seeds(bins, count)
  for (let round = 0; round < ROUNDS; round++) {
    for (const bin of bins) bin.cluster = nearest(bin.lab, centres)
    centres = centres.map((centre, cluster) => mean(bins, cluster) ?? centre)
  }
  return swatches(bins, centres.length)
}

function binsOf({ data }: Pixels): Bin[] {
  const sums = new Float64Array(4096 * 4)
  for (let i = 0; i < data.length; i += 4) {
    if ((data[i + 3] as number) < 128) continue
    const red = data[i] as number
    const green = data[i + 1] as number
    const blue = data[i + 2] as number
    const at = (((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4)) * 4
    sums[at] = (sums[at] as number) + red
    sums[at + 1] = (sums[at + 1] as number) + green
    sums[at + 2] = (sums[at + 2] as number) + blue
    sums[at + 3] = (sums[at + 3] as number) + 1
  }
  const bins: Bin[] = []
  for (let at = 0; at < sums.length; at += 4) {
    const pixels = sums[at + 3] as number
    if (pixels === 0) continue
    const red = (sums[at] as number) / pixels
    const green = (sums[at + 1] as number) / pixels
    const blue = (sums[at + 2] as number) / pixels
    bins.push({ red, green, blue, lab: oklab(red, green, blue), pixels, cluster: 0 })
  }
  return bins
}

/** The most common color, then each time a color that is both common and far from those chosen. */
function seeds(bins: Bin[], count: number): Lab[] {
  const chosen: Lab[] = []
  while (chosen.length < count) {
    let best: Bin | undefined
    let bestScore = 0
    for (const bin of bins) {
      const far = chosen.length === 0 ? 1 : Math.min(...chosen.map(centre => distance(bin.lab, centre)))
      const score = far < SAME ** 2 ? 0 : bin.pixels * far
      if (score > bestScore) {
        best = bin
        bestScore = score
      }
    }
    if (!best) break
    chosen.push(best.lab)
  }
  return chosen
}

function nearest(lab: Lab, centres: Lab[]): number {
  let best = 0
  let bestDistance = Number.POSITIVE_INFINITY
  centres.forEach((centre, index) => {
    const far = distance(lab, centre)
    if (far < bestDistance) {
      best = index
      bestDistance = far
    }
  })
  return best
}

function mean(bins: Bin[], cluster: number): Lab | undefined {
  const sum: Lab = [0, 0, 0]
  let pixels = 0
  for (const bin of bins) {
    if (bin.cluster !== cluster) continue
    pixels += bin.pixels
    sum[0] += bin.lab[0] * bin.pixels
    sum[1] += bin.lab[1] * bin.pixels
    sum[2] += bin.lab[2] * bin.pixels
  }
  return pixels === 0 ? undefined : [sum[0] / pixels, sum[1] / pixels, sum[2] / pixels]
}

function swatches(bins: Bin[], clusters: number): Swatch[] {
  const sums = Array.from({ length: clusters }, () => ({ red: 0, green: 0, blue: 0, pixels: 0 }))
  let all = 0
  for (const bin of bins) {
    const sum = sums[bin.cluster]
    if (!sum) continue
    sum.red += bin.red * bin.pixels
    sum.green += bin.green * bin.pixels
    sum.blue += bin.blue * bin.pixels
    sum.pixels += bin.pixels
    all += bin.pixels
  }
  return sums
    .filter(sum => sum.pixels > 0)
    .sort((one, other) => other.pixels - one.pixels)
    .map(({ red, green, blue, pixels }) => ({
      red: Math.round(red / pixels),
      green: Math.round(green / pixels),
      blue: Math.round(blue / pixels),
      share: pixels / all,
    }))
}

/** Squared. */
function distance(one: Lab, other: Lab): number {
  return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2
}

/** Björn Ottosson's Oklab of an sRGB color with channels 0…255: https://bottosson.github.io/posts/oklab/ */
function oklab(red: number, green: number, blue: number): Lab {
  const r = toLinear(red / 255)
  const g = toLinear(green / 255)
  const b = toLinear(blue / 255)
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}
