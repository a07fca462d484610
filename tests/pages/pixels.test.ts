import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { initResize } from '@jsquash/resize'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { BINS, histogramOf } from '../../examples/image-pipeline/src/pixels/histogram.ts'
import { dominantColors } from '../../examples/image-pipeline/src/pixels/palette.ts'
import { fitWithin, type PixelRows, type Pixels } from '../../examples/image-pipeline/src/pixels/pixels.ts'
import { resample } from '../../examples/image-pipeline/src/pixels/resample.ts'
import type { Pixel } from '../support/png.ts'

const RED: Pixel = [200, 30, 20, 255]
const BLUE: Pixel = [20, 40, 190, 255]
const CLEAR: Pixel = [0, 255, 0, 0]

/** The library rounds down, once for each direction. */
const ROUNDING = 2

/** The part of the browser's class that the pixels' code uses. */
class PlainImageData {
  readonly data: Uint8ClampedArray
  readonly width: number
  readonly height: number

  constructor(first: Uint8ClampedArray | number, width: number, height = first as number) {
    const isSize = typeof first === 'number'
    this.data = isSize ? new Uint8ClampedArray(first * width * 4) : first
    this.width = isSize ? first : width
    this.height = isSize ? width : height
  }
}

beforeAll(async () => {
  vi.stubGlobal('ImageData', PlainImageData)
  const wasm = '@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm'
  await initResize(readFileSync(createRequire(import.meta.url).resolve(wasm)))
})

afterAll(() => {
  vi.unstubAllGlobals()
})

function image(width: number, height: number, at: (x: number, y: number) => Pixel): Pixels & PixelRows {
  const data = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(at(x, y), (y * width + x) * 4)
  }
  const strip = (top: number, rows: number) =>
    new ImageData(data.slice(top * width * 4, (top + rows) * width * 4), width, Math.min(rows, height - top))
  return { width, height, data, strip }
}

/** Resamples for a call that nobody cancels. */
function resize(source: PixelRows, width: number, height: number): Promise<Pixels> {
  return resample(source, { width, height }, { report: () => {}, yield: async () => {} })
}

function pixel({ data, width }: Pixels, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)]
}

function expectClose(given: number[], expected: readonly number[]): void {
  expect(given).toHaveLength(expected.length)
  given.forEach((value, channel) => {
    expect(Math.abs(value - (expected[channel] as number)), `${given}`).toBeLessThanOrEqual(ROUNDING)
  })
}

it('resize to the same size returns every one of the 256 codes unchanged', async () => {
  const source = image(256, 2, x => [x, 255 - x, (x * 7) % 256, 255])
  expect((await resize(source, 256, 2)).data).toEqual(source.data)
})

it.each([
  ['smaller', 13, 7],
  ['larger', 90, 71],
  ['one pixel', 1, 1],
  ['wider than a strip of columns, from more rows than a strip has', 200, 150],
])('resize keeps a flat color: %s', async (_, width, height) => {
  const result = await resize(
    image(300, 200, () => RED),
    width,
    height,
  )
  expect(result).toMatchObject({ width, height })
  for (let x = 0; x < width; x++) expectClose(pixel(result, x, height - 1), RED)
})

it('resize leaves no seam between strips: a ramp stays a ramp in both directions', async () => {
  const ramp = image(300, 300, (x, y) => [x / 2 + y / 4, x / 2 + y / 4, x / 2 + y / 4, 255])
  const result = await resize(ramp, 200, 200)
  for (let at = 2; at < 197; at++) {
    const steps = [pixel(result, at + 1, at), pixel(result, at, at + 1)].map(
      ([red]) => (red as number) - (pixel(result, at, at)[0] as number),
    )
    for (const step of steps) expect(step).toBeGreaterThanOrEqual(-1)
    for (const step of steps) expect(step).toBeLessThanOrEqual(3)
  }
})

it('resize mixes in linear light: fine black and white stripes become sRGB 188 and not 128', async () => {
  const stripes = image(256, 8, x => (x % 2 ? [255, 255, 255, 255] : [0, 0, 0, 255]))
  const [red] = pixel(await resize(stripes, 32, 8), 16, 4)
  expectClose([red as number], [188])
})

it('resize removes detail that the smaller size cannot carry, and draws nothing in its place', async () => {
  // Rings of a zone plate: at least 1.2 rad per pixel in the right half, where the result can carry at most π/4.
  const rings = image(512, 16, x => {
    const code = Math.round(127.5 + 127.5 * Math.cos((x * x) / 512 / 1.2))
    return [code, code, code, 255]
  })
  const result = await resize(rings, 128, 4)
  const right = Array.from({ length: 40 }, (_, x) => pixel(result, 80 + x, 2)[0] as number)
  expect(Math.max(...right) - Math.min(...right)).toBeLessThan(30)
})

it('resize lets no color out of invisible pixels', async () => {
  const result = await resize(
    image(64, 64, x => (x < 32 ? BLUE : CLEAR)),
    16,
    16,
  )
  for (let x = 0; x < 16; x++) {
    const [red, green, blue, alpha] = pixel(result, x, 8)
    if ((alpha as number) > 32) expectClose([red, green, blue] as number[], BLUE.slice(0, 3))
  }
  expectClose([pixel(result, 2, 8)[3] as number], [255])
  expect(pixel(result, 14, 8)).toEqual([0, 0, 0, 0])
})

it('resize extends each edge with the color of the edge: left and right are alike', async () => {
  const ramp = image(50, 3, x => [x * 5, x * 5, x * 5, 255])
  const mirrored = image(50, 3, x => [(49 - x) * 5, (49 - x) * 5, (49 - x) * 5, 255])
  const [one, other] = [await resize(ramp, 11, 3), await resize(mirrored, 11, 3)]
  for (let x = 0; x < 11; x++) expect(pixel(one, x, 1)).toEqual(pixel(other, 10 - x, 1))
})

it('resize asks for each row once and in order', async () => {
  const source = image(30, 200, (x, y) => [x, y, 0, 255])
  const asked: number[] = []
  const strip = (top: number, rows: number) => {
    const strip = source.strip(top, rows)
    for (let row = 0; row < strip.height; row++) asked.push(top + row)
    return strip
  }
  await resize({ ...source, strip }, 10, 30)
  expect(asked).toEqual(Array.from({ length: 200 }, (_, row) => row))
})

it('resize reports each part that is done, in order, up to the whole', async () => {
  const parts: number[] = []
  const report = (part: number) => void parts.push(part)
  await resample(
    image(100, 300, () => RED),
    { width: 50, height: 150 },
    { report, yield: async () => {} },
  )
  expect(parts.length).toBeGreaterThan(4)
  expect(parts).toEqual([...parts].sort((one, other) => one - other))
  expect(parts.at(-1)).toBe(1)
})

it('resize stops in the middle once its call is canceled, and reads no further row', async () => {
  const source = image(100, 640, () => RED)
  let strips = 0
  const strip = (top: number, rows: number) => {
    strips++
    return source.strip(top, rows)
  }
  const cancelAtThird = () => (strips < 3 ? Promise.resolve() : Promise.reject(new Error('canceled')))
  const running = resample(
    { ...source, strip },
    { width: 50, height: 320 },
    { report: () => {}, yield: cancelAtThird },
  )
  await expect(running).rejects.toThrow('canceled')
  expect(strips).toBe(3)
})

describe('fitWithin', () => {
  it.each([
    [{ width: 768, height: 512 }, 640, { width: 640, height: 427 }],
    [{ width: 512, height: 768 }, 640, { width: 427, height: 640 }],
    [{ width: 100, height: 50 }, 640, { width: 100, height: 50 }],
    [{ width: 5000, height: 2 }, 128, { width: 128, height: 1 }],
  ])('fitWithin fits %o within %i', (size, longestSide, expected) => {
    expect(fitWithin(size, longestSide)).toEqual(expected)
  })
})

it('histogramOf counts every visible pixel once per channel', () => {
  const { red, green, blue } = histogramOf(image(10, 10, x => (x < 4 ? CLEAR : [255, 0, 128, 255])))
  expect([red[BINS - 1], green[0], blue[BINS / 2]]).toEqual([60, 60, 60])
  for (const channel of [red, green, blue]) expect(channel.reduce((sum, count) => sum + count)).toBe(60)
})

it('dominantColors names the colors of a flag with their shares, the largest first', () => {
  const flag = image(40, 40, x => (x < 30 ? RED : BLUE))
  expect(dominantColors(flag, 5)).toEqual([
    { red: 200, green: 30, blue: 20, share: 0.75 },
    { red: 20, green: 40, blue: 190, share: 0.25 },
  ])
})

it('dominantColors takes shades that the eye hardly distinguishes for one color', () => {
  const shades = image(40, 40, x => [120 + (x % 4), 90, 60, 255])
  expect(dominantColors(shades, 5)).toHaveLength(1)
})

it('dominantColors returns no more colors than asked for, and their shares add up', () => {
  const rainbow = image(64, 64, (x, y) => [x * 4, y * 4, 255 - x * 4, 255])
  const colors = dominantColors(rainbow, 5)
  expect(colors.length).toBeGreaterThan(2)
  expect(colors.length).toBeLessThanOrEqual(5)
  expect(colors.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 10)
})

it('dominantColors finds nothing in an invisible image', () => {
  expect(
    dominantColors(
      image(4, 4, () => CLEAR),
      5,
    ),
  ).toEqual([])
})
