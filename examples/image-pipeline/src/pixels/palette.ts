/** Dominant colors, found by the median cut of colorthief. */
import { type Color, getPaletteSync } from 'colorthief'
import { imageOf, type Pixels } from './pixels.ts'

/** `share` is the part of the visible pixels that the color represents, 0…1. */
export type Swatch = { red: number; green: number; blue: number; share: number }

/** Less opaque pixels count as invisible. */
const VISIBLE = 125

/** One pixel in so many is looked at. */
const SAMPLED = 5

/** What is rarer is no dominant color: edges, and noise. */
const RARE = 0.01

/** Colors closer than this in Oklab count as one: about three just noticeable differences. */
const SAME = 0.06

/** At most `count` colors, the most common first. The same pixels always give the same colors. */
export function dominantColors(pixels: Pixels, count: number): Swatch[] {
  // The library names the color of invisible pixels where there are no others.
  if (!pixels.data.some((value, at) => at % 4 === 3 && value >= VISIBLE)) return []
  const colors = getPaletteSync(imageOf(pixels), {
    colorCount: count,
    quality: SAMPLED,
    ignoreWhite: false,
    alphaThreshold: VISIBLE,
    colorSpace: 'oklch',
  })
  const kept: { color: Color; share: number }[] = []
  for (const color of colors ?? []) {
    const same = kept.find(other => distance(color, other.color) < SAME)
    if (same) same.share += color.proportion
    else kept.push({ color, share: color.proportion })
  }
  const common = kept.filter(({ share }) => share >= RARE)
  common.sort((one, other) => other.share - one.share)
  return common.map(({ color, share }) => {
    const [red, green, blue] = color.array()
    return { red, green, blue, share }
  })
}

function distance(one: Color, other: Color): number {
  const [a, b] = [one.oklch(), other.oklch()]
  const angle = ((a.h - b.h) / 180) * Math.PI
  const chroma = a.c ** 2 + b.c ** 2 - 2 * a.c * b.c * Math.cos(angle)
  return Math.sqrt((a.l - b.l) ** 2 + Math.max(0, chroma))
}
