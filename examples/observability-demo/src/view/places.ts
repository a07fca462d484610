/** One state of a queue as places: a square for each call, and an outline for each place that is free. */

import { hatch, Surface } from './surface.ts'
import { type Color, color } from './theme.ts'

export type QueueState = 'waiting' | 'pending' | 'in-flight'

const FILL: Record<QueueState, Color> = { waiting: 'field', pending: 'accent-soft', 'in-flight': 'accent' }

/** Side and gap of a square in pixels, from the largest useful size to the smallest visible one. */
const SIZES = [
  [12, 3],
  [8, 2],
  [5, 2],
  [3, 1],
  [2, 1],
] as const

export class Places {
  readonly #state: QueueState
  readonly #surface: Surface
  #drawn = ''

  constructor(canvas: HTMLCanvasElement, state: QueueState) {
    this.#state = state
    this.#surface = new Surface(canvas, () => this.redraw())
  }

  /** @param room - how many calls may be in this state; `Infinity` if there is no limit. */
  show(count: number, room: number): void {
    const { width, height } = this.#surface
    const key = `${count} ${room}`
    if (key === this.#drawn || width === 0) return
    this.#drawn = key
    const context = this.#surface.begin()
    const free = Number.isFinite(room) ? room : 0
    const { side, step, perRow, fits } = sizeFor(Math.max(count, free), width, height)
    const square = (index: number) =>
      [(index % perRow) * step + 0.5, Math.floor(index / perRow) * step + 0.5, side - 1, side - 1] as const
    context.fillStyle = color(FILL[this.#state])
    context.strokeStyle = color('field')
    context.lineWidth = 1
    for (let index = 0; index < Math.min(count, fits); index++) {
      if (this.#state === 'waiting' && side > 5) {
        hatch(context, ...square(index))
        context.lineWidth = 1
        context.strokeRect(...square(index))
      } else context.fillRect(...square(index))
    }
    if (side < 5) return
    for (let index = count; index < Math.min(free, fits); index++) context.strokeRect(...square(index))
  }

  redraw(): void {
    this.#drawn = ''
  }

  close(): void {
    this.#surface.close()
  }
}

/** The largest squares of which `count` fit. If even the smallest do not, the box is full and only the number shows how many. */
function sizeFor(count: number, width: number, height: number) {
  const sizes = SIZES.map(([side, gap]) => {
    const step = side + gap
    const perRow = Math.max(1, Math.floor((width + gap) / step))
    return { side, step, perRow, fits: perRow * Math.floor((height + gap) / step) }
  })
  return sizes.find(({ fits }) => fits >= count) ?? (sizes.at(-1) as (typeof sizes)[number])
}
