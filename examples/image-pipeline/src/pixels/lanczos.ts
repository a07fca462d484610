/**
 * Separable Lanczos-3 resampling in linear light with premultiplied alpha. Linear light keeps fine bright detail bright;
 * premultiplied alpha keeps the color of invisible pixels out of visible ones. Beyond its edges an image is extended with
 * the color of its edge.
 */
import type { PixelRows, Pixels } from './pixels.ts'
import { fromLinear, toLinear } from './srgb.ts'

const LOBES = 3

/** Steps of the table back to sRGB: fine enough that every one of the 256 codes maps to itself. */
const STEPS = 16_383

const linearOfCode = Float32Array.from({ length: 256 }, (_, code) => toLinear(code / 255))
const codeOfStep = Uint8Array.from({ length: STEPS + 1 }, (_, step) =>
  Math.round(255 * fromLinear(step / STEPS)),
)

/**
 * Resamples `source` to `width` × `height`. Holds only the rows that the filter spans. `pause` is awaited after every
 * output row, so that long work can yield to the event loop; if it throws, the work ends.
 */
export async function resize(
  source: PixelRows,
  width: number,
  height: number,
  pause: () => Promise<void> | undefined = () => undefined,
): Promise<Pixels> {
  const across = taps(source.width, width)
  const down = taps(source.height, height)
  const linear = new Float32Array(source.width * 4)
  const ring = Array.from({ length: down.span }, () => new Float32Array(width * 4))
  const sum = new Float32Array(width * 4)
  const data = new Uint8ClampedArray(width * height * 4)
  let next = 0
  for (let y = 0; y < height; y++) {
    const first = down.first[y] as number
    for (const end = first + down.span; next < end; next++) {
      linearize(source.row(next), linear)
      filterRow(linear, across, ring[next % down.span] as Float32Array)
    }
    sum.fill(0)
    for (let tap = 0; tap < down.span; tap++) {
      addRow(
        sum,
        ring[(first + tap) % down.span] as Float32Array,
        down.weights[y * down.span + tap] as number,
      )
    }
    encode(sum, data, y * width * 4)
    const pausing = pause()
    if (pausing) await pausing
  }
  return { width, height, data }
}

/** For each of `to` outputs: its first input, and `span` weights that add up to one. */
type Taps = { first: Int32Array; weights: Float32Array; span: number }

function taps(from: number, to: number): Taps {
  const scale = from / to
  const stretch = Math.max(1, scale)
  const reach = LOBES * stretch
  const span = Math.min(from, Math.ceil(reach) * 2 + 1)
  const first = new Int32Array(to)
  const weights = new Float32Array(to * span)
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale - 0.5
    const start = Math.min(Math.max(0, Math.ceil(centre - reach)), from - span)
    first[i] = start
    let total = 0
    for (let j = Math.ceil(centre - reach); j <= Math.floor(centre + reach); j++) {
      const weight = lanczos((j - centre) / stretch)
      const inside = Math.min(Math.max(j, 0), from - 1)
      const at = i * span + inside - start
      weights[at] = (weights[at] as number) + weight
      total += weight
    }
    for (let tap = i * span; tap < (i + 1) * span; tap++) weights[tap] = (weights[tap] as number) / total
  }
  return { first, weights, span }
}

function lanczos(x: number): number {
  if (x === 0) return 1
  if (Math.abs(x) >= LOBES) return 0
  const angle = Math.PI * x
  return (LOBES * Math.sin(angle) * Math.sin(angle / LOBES)) / (angle * angle)
}

function linearize(row: Uint8ClampedArray, out: Float32Array): void {
  for (let i = 0; i < out.length; i += 4) {
    const alpha = (row[i + 3] as number) / 255
    out[i] = (linearOfCode[row[i] as number] as number) * alpha
    out[i + 1] = (linearOfCode[row[i + 1] as number] as number) * alpha
    out[i + 2] = (linearOfCode[row[i + 2] as number] as number) * alpha
    out[i + 3] = alpha
  }
}

function filterRow(row: Float32Array, { first, weights, span }: Taps, out: Float32Array): void {
  for (let x = 0; x < first.length; x++) {
    let red = 0
    let green = 0
    let blue = 0
    let alpha = 0
    let at = (first[x] as number) * 4
    for (let tap = x * span; tap < (x + 1) * span; tap++, at += 4) {
      const weight = weights[tap] as number
      red += weight * (row[at] as number)
      green += weight * (row[at + 1] as number)
      blue += weight * (row[at + 2] as number)
      alpha += weight * (row[at + 3] as number)
    }
    out[x * 4] = red
    out[x * 4 + 1] = green
    out[x * 4 + 2] = blue
    out[x * 4 + 3] = alpha
  }
}

function addRow(sum: Float32Array, row: Float32Array, weight: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (row[i] as number)
}

function encode(row: Float32Array, out: Uint8ClampedArray, offset: number): void {
  for (let i = 0; i < row.length; i += 4) {
    const alpha = row[i + 3] as number
    if (alpha < 1 / 510) continue
    const at = offset + i
    out[at] = codeOf((row[i] as number) / alpha)
    out[at + 1] = codeOf((row[i + 1] as number) / alpha)
    out[at + 2] = codeOf((row[i + 2] as number) / alpha)
    out[at + 3] = alpha * 255
  }
}

/** The filter overshoots at hard edges, so values can be outside of 0…1. */
function codeOf(linear: number): number {
  if (linear <= 0) return 0
  return linear >= 1 ? 255 : (codeOfStep[Math.round(linear * STEPS)] as number)
}
