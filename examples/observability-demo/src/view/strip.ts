/** How each call of a load ended, in the order in which the calls were made: one cell per call, however many. */
import { type Color, channels } from './theme.ts'

export type Cell = 'open' | 'done' | 'dropped' | 'canceled' | 'ended'

const CELLS: readonly Cell[] = ['open', 'done', 'dropped', 'canceled', 'ended']

/** Represents a call that has not been made yet, and has no color. */
const UNMADE = 255

const MOST_RUNS = 6

const FILL: Record<Cell, Color> = {
  open: 'accent-soft',
  done: 'accent',
  dropped: 'blue',
  canceled: 'ochre',
  ended: 'field',
}

export class Strip {
  readonly #canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D
  #cells = new Uint8Array(1)
  #stale = true

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d')
    if (!context) throw new Error('This browser draws no canvas')
    this.#canvas = canvas
    this.#context = context
    this.begin(1)
  }

  /** Starts a new load of `calls` calls. Returns a function that records the outcome of each, until the next load. */
  begin(calls: number): (call: number, cell: Cell) => void {
    const cells = new Uint8Array(calls).fill(UNMADE)
    this.#cells = cells
    this.#canvas.width = calls
    this.#canvas.height = 1
    this.#stale = true
    return (call, cell) => {
      cells[call] = CELLS.indexOf(cell)
      this.#stale = true
    }
  }

  /** `1–5 done, 6–20 dropped`, if that is short enough. */
  describe(): string {
    const runs: string[] = []
    for (let from = 0; from < this.#cells.length && runs.length <= MOST_RUNS; ) {
      const kind = this.#cells[from] as number
      let to = from
      while (this.#cells[to + 1] === kind) to++
      const name = CELLS[kind]
      if (name) runs.push(from === to ? `${from + 1} ${name}` : `${from + 1}–${to + 1} ${name}`)
      from = to + 1
    }
    return runs.length > MOST_RUNS ? `${runs.slice(0, MOST_RUNS).join(', ')} and so on` : runs.join(', ')
  }

  /** The outcomes among the calls. */
  get cells(): Set<Cell> {
    return new Set(CELLS.filter((_, index) => this.#cells.includes(index)))
  }

  redraw(): void {
    this.#stale = true
  }

  show(): void {
    if (!this.#stale) return
    this.#stale = false
    const image = this.#context.createImageData(this.#cells.length, 1)
    const palette = CELLS.map(cell => pixel(channels(FILL[cell])))
    const pixels = new Uint32Array(image.data.buffer)
    for (const [index, cell] of this.#cells.entries()) pixels[index] = palette[cell] ?? 0
    this.#context.putImageData(image, 0, 0)
    this.#canvas.setAttribute(
      'aria-label',
      `Calls in the order they were made: ${this.describe() || 'none yet'}`,
    )
  }
}

/** Red, green, blue and alpha as one little-endian number. */
function pixel([red, green, blue]: [number, number, number]): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0
}
