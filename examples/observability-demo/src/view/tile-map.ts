/** A map of tiles, each with its state and its place in the queue, and over it a view that can be moved. */
import { cloneOf, find, setText } from '../../../image-pipeline/src/view/dom.ts'
import { hatch, Surface } from './surface.ts'
import { color } from './theme.ts'

export const COLUMNS = 16
export const ROWS = 9
const VIEW = { columns: 4, rows: 3 }
const GAP = 2

export type TileState = 'unseen' | 'queued' | 'started' | 'done' | 'dropped'

type Position = { column: number; row: number }

const STEPS: Record<string, Position> = {
  ArrowLeft: { column: -1, row: 0 },
  ArrowRight: { column: 1, row: 0 },
  ArrowUp: { column: 0, row: -1 },
  ArrowDown: { column: 0, row: 1 },
}

export class TileMap {
  readonly #element: HTMLElement
  readonly #sheet: HTMLElement
  readonly #view: HTMLElement
  readonly #standing: HTMLElement
  readonly #surface: Surface
  readonly #moved: (byHand: boolean) => void
  #position: Position = { column: 0, row: 0 }
  #stale = true

  /** @param moved - the view shows other tiles than before. */
  constructor(board: HTMLElement, moved: (byHand: boolean) => void) {
    const copy = cloneOf('#map')
    this.#element = find('.map', HTMLElement, copy)
    this.#sheet = find('.sheet', HTMLElement, copy)
    this.#view = find('.view', HTMLElement, copy)
    this.#standing = find('.standing', HTMLElement, copy)
    this.#moved = moved
    board.append(copy)
    this.#surface = new Surface(find('canvas', HTMLCanvasElement, this.#sheet), () => this.redraw())
    this.#sheet.style.aspectRatio = `${COLUMNS} / ${ROWS}`
    this.#view.style.width = `${(100 * VIEW.columns) / COLUMNS}%`
    this.#view.style.height = `${(100 * VIEW.rows) / ROWS}%`
    this.#view.addEventListener('keydown', event => this.#key(event))
    this.#sheet.addEventListener('pointerdown', event => this.#drag(event))
    this.#place({ column: 0, row: 0 })
  }

  /** The tiles in view, from its left upper corner on. */
  get visible(): number[] {
    const { column, row } = this.#position
    return Array.from(
      { length: VIEW.columns * VIEW.rows },
      (_, index) => (row + Math.floor(index / VIEW.columns)) * COLUMNS + column + (index % VIEW.columns),
    )
  }

  /** Moves the view, as far as the map reaches. Returns whether it has moved. */
  moveTo(position: Position, byHand = false): boolean {
    const before = this.#position
    this.#place(position)
    const { column, row } = this.#position
    if (column === before.column && row === before.row) return false
    this.#moved(byHand)
    return true
  }

  redraw(): void {
    this.#stale = true
  }

  /** @param line - the queued tiles in the order in which they will start. */
  show(states: readonly TileState[], line: () => readonly number[]): void {
    const { width, height } = this.#surface
    if (!this.#stale || width === 0) return
    this.#stale = false
    const queue = line()
    const places = new Map(queue.map((tile, index) => [tile, index + 1]))
    const context = this.#surface.begin()
    const [across, down] = [width / COLUMNS, height / ROWS]
    context.font = `${Math.min(13, across * 0.42)}px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif`
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    for (const [tile, state] of states.entries()) {
      const [left, top] = [(tile % COLUMNS) * across, Math.floor(tile / COLUMNS) * down]
      this.#paint(context, state, [left + GAP / 2, top + GAP / 2, across - GAP, down - GAP])
      const place = places.get(tile)
      if (place === undefined) continue
      context.fillStyle = color('ink')
      context.fillText(String(place), left + across / 2, top + down / 2)
    }
    this.#describe(states, queue)
  }

  close(): void {
    this.#surface.close()
    this.#element.remove()
  }

  #paint(
    context: CanvasRenderingContext2D,
    state: TileState,
    box: readonly [x: number, y: number, width: number, height: number],
  ): void {
    const fill = {
      unseen: 'check',
      queued: 'accent-soft',
      started: 'check',
      done: 'accent',
      dropped: 'blue-soft',
    }
    context.fillStyle = color(fill[state] as 'check' | 'accent-soft' | 'accent' | 'blue-soft')
    context.fillRect(...box)
    if (state !== 'started') return
    context.strokeStyle = color('accent')
    hatch(context, ...box)
  }

  #describe(states: readonly TileState[], queue: readonly number[]): void {
    const { visible } = this
    const done = visible.filter(tile => states[tile] === 'done').length
    const next = queue.slice(0, 3).map(nameOf)
    const queued = `${queue.length} queued${next.length > 0 ? `, next: ${next.join(', ')}` : ''}`
    setText(this.#standing, `${done} of ${visible.length} in view`)
    this.#surface.canvas.setAttribute(
      'aria-label',
      `${done} of ${visible.length} tiles in view rendered; ${queued}`,
    )
  }

  #place({ column, row }: Position): void {
    this.#position = {
      column: Math.max(0, Math.min(COLUMNS - VIEW.columns, Math.round(column))),
      row: Math.max(0, Math.min(ROWS - VIEW.rows, Math.round(row))),
    }
    const at = this.#position
    this.#view.style.left = `${(100 * at.column) / COLUMNS}%`
    this.#view.style.top = `${(100 * at.row) / ROWS}%`
    this.#view.setAttribute(
      'aria-label',
      `View, columns ${at.column + 1} to ${at.column + VIEW.columns} of ${COLUMNS}, rows ${at.row + 1} to ${at.row + VIEW.rows} of ${ROWS}`,
    )
    this.#stale = true
  }

  #key(event: KeyboardEvent): void {
    const step = STEPS[event.key]
    if (!step) return
    event.preventDefault()
    const { column, row } = this.#position
    this.moveTo({ column: column + step.column, row: row + step.row }, true)
  }

  /** The point of the view that is touched stays under the pointer; elsewhere the view comes to the pointer. */
  #drag(event: PointerEvent): void {
    if (event.button !== 0) return
    const at = (pointer: PointerEvent) => {
      const { left, top, width, height } = this.#sheet.getBoundingClientRect()
      return {
        column: ((pointer.clientX - left) / width) * COLUMNS,
        row: ((pointer.clientY - top) / height) * ROWS,
      }
    }
    const begin = at(event)
    const inside = event.target === this.#view
    const held = inside
      ? { column: begin.column - this.#position.column, row: begin.row - this.#position.row }
      : { column: VIEW.columns / 2, row: VIEW.rows / 2 }
    const follow = (pointer: PointerEvent) => {
      const { column, row } = at(pointer)
      this.moveTo({ column: column - held.column, row: row - held.row }, true)
    }
    const end = new AbortController()
    this.#sheet.setPointerCapture(event.pointerId)
    this.#sheet.addEventListener('pointermove', follow, { signal: end.signal })
    for (const type of ['pointerup', 'pointercancel'] as const) {
      this.#sheet.addEventListener(type, () => end.abort(), { signal: end.signal })
    }
    follow(event)
  }
}

/** A tile by its column and row. */
export function nameOf(tile: number): string {
  return `${(tile % COLUMNS) + 1}·${Math.floor(tile / COLUMNS) + 1}`
}
