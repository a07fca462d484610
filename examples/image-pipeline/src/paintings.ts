/**
 * The pictures of the built-in set. The same number gives the same picture. Every kind is hard on some part of the pipeline:
 * fine detail on the filter, alpha on the blending, a single hue on the palette.
 */

type Context = OffscreenCanvasRenderingContext2D
type Random = () => number
type Inks = { paper: string; ink: string; main: string; second: string; light: string }
type Kind = { name: string; type: 'image/jpeg' | 'image/png'; paint: (on: Canvas) => void }
type Canvas = { context: Context; width: number; height: number; inks: Inks; random: Random }

const SIZES = [
  [1600, 1067],
  [1200, 1200],
  [960, 1280],
  [1920, 1080],
  [1440, 960],
  [1080, 1350],
  [800, 600],
] as const

const INKS: Inks[] = [
  { paper: '#f3e9d8', ink: '#20242b', main: '#d1495b', second: '#2e5e78', light: '#edae49' },
  { paper: '#e6edea', ink: '#12302c', main: '#1f7a63', second: '#c9503a', light: '#e8c26a' },
  { paper: '#efe7ee', ink: '#241a36', main: '#5b3f8c', second: '#cf6b8a', light: '#f0b27a' },
  { paper: '#e9eef4', ink: '#0f1d33', main: '#2457a6', second: '#e07a3f', light: '#8fc1dd' },
  { paper: '#f4ecd9', ink: '#2b2117', main: '#a8641f', second: '#566b34', light: '#e5b84b' },
]

const KINDS: Kind[] = [
  { name: 'dusk', type: 'image/jpeg', paint: dusk },
  { name: 'discs', type: 'image/png', paint: discs },
  { name: 'rings', type: 'image/png', paint: rings },
  { name: 'clouds', type: 'image/jpeg', paint: clouds },
  { name: 'specimen', type: 'image/png', paint: specimen },
  { name: 'petals', type: 'image/png', paint: petals },
  { name: 'arcs', type: 'image/png', paint: arcs },
  { name: 'currents', type: 'image/jpeg', paint: currents },
]

/** The file's name. `number` counts from 0. */
export function nameOf(number: number): string {
  const { name, type } = at(KINDS, number)
  return `${name}-${String(number + 1).padStart(2, '0')}.${type === 'image/png' ? 'png' : 'jpg'}`
}

export function paint(number: number): Promise<Blob> {
  const { type, paint } = at(KINDS, number)
  const [width, height] = at(SIZES, number)
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (!context) throw new Error('This browser gives workers no 2D canvas')
  const inks = at(INKS, number + Math.floor(number / KINDS.length))
  paint({ context, width, height, inks, random: randomFrom(number + 1) })
  return canvas.convertToBlob({ type, quality: 0.92 })
}

/** Hills behind hills before an evening sky. */
function dusk({ context, width, height, inks, random }: Canvas): void {
  const sky = context.createLinearGradient(0, 0, 0, height)
  sky.addColorStop(0, inks.second)
  sky.addColorStop(0.55, inks.main)
  sky.addColorStop(0.8, inks.light)
  fill(context, sky, width, height)
  context.fillStyle = inks.paper
  circle(context, width * (0.25 + random() * 0.5), height * 0.52, height * 0.09)
  for (let ridge = 0; ridge < 5; ridge++) {
    const base = height * (0.58 + ridge * 0.09)
    const phase = random() * 9
    context.globalAlpha = 0.3 + ridge * 0.17
    context.fillStyle = inks.ink
    context.beginPath()
    context.moveTo(0, height)
    for (let x = 0; x <= width; x += 4) {
      const t = (x / width) * (3 + ridge)
      const hill =
        Math.sin(t * 2 + phase) * 0.5 + Math.sin(t * 5.3 + phase * 2) * 0.22 + Math.sin(t * 17 + phase) * 0.05
      context.lineTo(x, base - hill * height * 0.075)
    }
    context.lineTo(width, height)
    context.fill()
  }
}

/** Overlapping discs and bars, printed one over the other. */
function discs({ context, width, height, inks, random }: Canvas): void {
  fill(context, inks.paper, width, height)
  context.globalCompositeOperation = 'multiply'
  const colors = [inks.main, inks.second, inks.light]
  for (let disc = 0; disc < 9; disc++) {
    context.fillStyle = at(colors, disc)
    circle(context, random() * width, random() * height, (0.08 + random() * 0.22) * Math.min(width, height))
  }
  context.strokeStyle = inks.ink
  for (let line = 0; line < 4; line++) {
    context.lineWidth = 2 + random() * 14
    const y = random() * height
    context.beginPath()
    context.moveTo(0, y)
    context.lineTo(width, y + (random() - 0.5) * height * 0.6)
    context.stroke()
  }
}

/** A zone plate: rings that become finer outwards. A poor filter draws new rings where these are too fine. */
function rings({ context, width, height, inks, random }: Canvas): void {
  const image = context.createImageData(width, height)
  const [dark, bright] = [rgb(inks.ink), rgb(inks.paper)]
  const [centerX, centerY] = [width * (0.3 + random() * 0.4), height * (0.3 + random() * 0.4)]
  const density = 1.1 / Math.max(width, height)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 4) {
      const wave = 0.5 + 0.5 * Math.cos(((x - centerX) ** 2 + (y - centerY) ** 2) * density)
      for (let channel = 0; channel < 3; channel++) {
        const from = dark[channel] as number
        image.data[i + channel] = from + ((bright[channel] as number) - from) * wave
      }
      image.data[i + 3] = 255
    }
  }
  context.putImageData(image, 0, 0)
}

/** Noise in octaves: coarse grains drawn large and soft, finer ones over them. */
function clouds({ context, width, height, inks, random }: Canvas): void {
  fill(context, inks.main, width, height)
  context.imageSmoothingQuality = 'high'
  for (const [octave, ink] of [inks.second, inks.paper, inks.ink, inks.paper, inks.light].entries()) {
    const columns = 4 << octave
    const grain = new OffscreenCanvas(columns, columns)
    const on = grain.getContext('2d')
    if (!on) return
    const [red, green, blue] = rgb(ink)
    const image = on.createImageData(columns, columns)
    for (let i = 0; i < image.data.length; i += 4)
      image.data.set([red, green, blue, random() ** 1.5 * 255], i)
    on.putImageData(image, 0, 0)
    context.globalAlpha = 0.62 / (1 + octave * 0.45)
    context.drawImage(grain, 0, 0, width, height)
  }
}

/** A page of a type specimen: large letters, and lines of small ones. */
function specimen({ context, width, height, inks, random }: Canvas): void {
  fill(context, inks.main, width, height)
  context.fillStyle = inks.paper
  context.textBaseline = 'alphabetic'
  const letters = ['Ag', 'Rk', 'Qe', '&3', 'Sx']
  context.font = `700 ${height * 0.62}px Georgia, "Liberation Serif", serif`
  context.fillText(at(letters, Math.floor(random() * letters.length)), width * 0.06, height * 0.62)
  const size = Math.max(12, height * 0.018)
  context.font = `${size}px Georgia, "Liberation Serif", serif`
  context.fillStyle = inks.light
  const words = 'light falls on the table and the print dries slowly while another sheet is wetted'.split(' ')
  for (let line = 0; line < 11; line++) {
    const text = Array.from({ length: 60 }, () => at(words, Math.floor(random() * words.length))).join(' ')
    context.save()
    context.beginPath()
    context.rect(width * 0.07, 0, width * 0.86, height)
    context.clip()
    context.fillText(text, width * 0.07, height * 0.7 + line * size * 1.45)
    context.restore()
  }
}

/** Translucent petals on nothing: the only transparent picture of the set. */
function petals({ context, width, height, inks, random }: Canvas): void {
  const length = Math.min(width, height) * 0.44
  const count = 7 + Math.floor(random() * 5)
  context.translate(width / 2, height / 2)
  for (let petal = 0; petal < count * 2; petal++) {
    context.rotate(Math.PI / count)
    const shade = context.createLinearGradient(0, 0, 0, -length)
    shade.addColorStop(0, inks.light)
    shade.addColorStop(1, petal % 2 ? inks.main : inks.second)
    context.fillStyle = shade
    context.globalAlpha = 0.72
    context.beginPath()
    context.moveTo(0, 0)
    context.bezierCurveTo(length * 0.42, -length * 0.4, length * 0.2, -length, 0, -length)
    context.bezierCurveTo(-length * 0.2, -length, -length * 0.42, -length * 0.4, 0, 0)
    context.fill()
  }
  context.globalAlpha = 1
  context.fillStyle = inks.ink
  circle(context, 0, 0, length * 0.13)
}

/** Truchet tiles: quarter arcs whose turn is left to chance. */
function arcs({ context, width, height, inks, random }: Canvas): void {
  fill(context, inks.ink, width, height)
  const side = 80
  context.lineWidth = side * 0.22
  for (let y = 0; y < height; y += side) {
    for (let x = 0; x < width; x += side) {
      context.strokeStyle = at([inks.paper, inks.light, inks.main, inks.paper], Math.floor(random() * 4))
      const turned = random() < 0.5
      for (const [cornerX, cornerY] of turned
        ? ([
            [0, 0],
            [1, 1],
          ] as const)
        : ([
            [1, 0],
            [0, 1],
          ] as const)) {
        context.save()
        context.beginPath()
        context.rect(x, y, side, side)
        context.clip()
        context.beginPath()
        context.arc(x + cornerX * side, y + cornerY * side, side / 2, 0, Math.PI * 2)
        context.stroke()
        context.restore()
      }
    }
  }
}

/** Hairlines that follow a swirling field. */
function currents({ context, width, height, inks, random }: Canvas): void {
  fill(context, inks.paper, width, height)
  const colors = [inks.main, inks.second, inks.ink, inks.light]
  const turn = 2 + random() * 3
  for (let line = 0; line < 700; line++) {
    let x = random() * width
    let y = random() * height
    context.strokeStyle = at(colors, Math.floor(random() ** 2 * colors.length))
    context.globalAlpha = 0.75
    context.lineWidth = 0.6 + random() ** 3 * 7
    context.beginPath()
    context.moveTo(x, y)
    for (let step = 0; step < 40; step++) {
      const angle = Math.sin((x / width) * turn * 2) * 2 + Math.cos((y / height) * turn * 1.6) * 2
      x += Math.cos(angle) * 9
      y += Math.sin(angle) * 9
      context.lineTo(x, y)
    }
    context.stroke()
  }
}

function fill(context: Context, style: string | CanvasGradient, width: number, height: number): void {
  context.fillStyle = style
  context.fillRect(0, 0, width, height)
}

function circle(context: Context, x: number, y: number, radius: number): void {
  context.beginPath()
  context.arc(x, y, radius, 0, Math.PI * 2)
  context.fill()
}

/** Of `#rrggbb`. */
function rgb(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

/** Counts round and round. */
function at<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T
}

/** Numbers in 0…1 that the seed decides: a Weyl sequence through a mixing hash. */
function randomFrom(seed: number): Random {
  let state = Math.imul(seed, 0x9e3779b9)
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}
