/** The workers of a task as rows, and on them the calls of the last seconds. Now is on the right. */
import type { WorkerState } from '@varunkanwar/atelier'
import { type Lane, type Stretch, type TaskRecord, WINDOW_MS } from '../recorder.ts'
import { hatch, Surface } from './surface.ts'
import { type Color, color } from './theme.ts'

const LANE_HEIGHT = 22
const LANE_GAP = 5
const AXIS_HEIGHT = 18
/** The width of the chart's axis, so that the times of both are aligned. */
export const LABEL_WIDTH = 40
const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif'

const FILL: Record<Stretch['kind'], Color> = {
  ok: 'accent',
  error: 'red',
  canceled: 'ochre',
  held: 'ochre',
  requeued: 'red',
}

/** What a legend has to explain. */
export type TimelineKind = Stretch['kind'] | 'idle' | 'running' | 'gap' | 'crash' | 'end'

export class Timeline {
  /** What has been drawn so far. */
  readonly kinds = new Set<TimelineKind>()
  readonly #surface: Surface
  #stale = true

  constructor(canvas: HTMLCanvasElement) {
    this.#surface = new Surface(canvas, () => this.redraw())
  }

  /** The next call of `show` draws, even if nothing has happened. */
  redraw(): void {
    this.#stale = true
  }

  show(record: TaskRecord, state: WorkerState, now: number): void {
    const idle = state.queueDepth === 0 && now - record.lastEvent > WINDOW_MS + 500
    if ((idle && !this.#stale) || this.#surface.width === 0) return
    this.#stale = false
    const lanes = state.totalWorkers
    const height = lanes * (LANE_HEIGHT + LANE_GAP) + AXIS_HEIGHT
    this.#surface.canvas.style.height = `${height}px`
    this.#surface.height = height
    const context = this.#surface.begin()
    context.font = FONT
    for (let worker = 0; worker < lanes; worker++) {
      const depth = state.queueDepthByWorker[worker] ?? 0
      const lane = record.lane(worker)
      lane.watch(depth, now)
      this.#drawLane(context, worker, lane, depth, now)
    }
    this.#drawAxis(context, lanes * (LANE_HEIGHT + LANE_GAP))
  }

  close(): void {
    this.#surface.close()
  }

  #drawLane(context: CanvasRenderingContext2D, worker: number, lane: Lane, depth: number, now: number): void {
    const top = worker * (LANE_HEIGHT + LANE_GAP)
    const x = (at: number) => Math.max(LABEL_WIDTH, this.#x(at, now))
    const bar = (start: number, end: number, y: number, height: number) =>
      [x(start), y, Math.max(1, x(end) - x(start)), height] as const
    context.fillStyle = color('muted')
    context.textAlign = 'left'
    context.textBaseline = 'middle'
    context.fillText(String(worker), LABEL_WIDTH - 16, top + LANE_HEIGHT / 2)
    context.fillStyle = color('line')
    context.fillRect(LABEL_WIDTH, top + LANE_HEIGHT / 2, this.#surface.width - LABEL_WIDTH, 1)
    for (const { start, end = now } of lane.lives) {
      if (end < now - WINDOW_MS) continue
      this.kinds.add('idle')
      context.fillStyle = color('check')
      context.fillRect(...bar(start, end, top, LANE_HEIGHT))
    }

    const rows = Math.min(4, Math.max(lane.rows.length, depth, 1))
    const height = LANE_HEIGHT / rows
    for (let index = 0; index < rows; index++) {
      const row = lane.rows[index] ?? []
      const y = top + index * height
      const inner = rows > 1 ? height - 1 : height
      for (const stretch of row) {
        if (stretch.end < now - WINDOW_MS) continue
        const box = bar(stretch.start, stretch.end, y, inner)
        this.kinds.add(stretch.kind)
        if (stretch.kind === 'held' || stretch.kind === 'requeued') {
          context.strokeStyle = color(FILL[stretch.kind])
          hatch(context, ...box)
        } else {
          context.fillStyle = color(FILL[stretch.kind])
          // A thin gap between two calls, if there is room for one.
          context.fillRect(box[0], box[1], box[2] > 3 ? box[2] - 1 : box[2], box[3])
        }
      }
      if (index >= depth) continue
      this.kinds.add(lane.held ? 'held' : 'running')
      if (lane.held) {
        context.strokeStyle = color(FILL.held)
        hatch(context, ...bar(lane.held.since, now, y, inner))
      } else {
        context.fillStyle = color('accent-soft')
        context.fillRect(...bar(Math.max(lane.idleUntil, row.at(-1)?.end ?? 0), now, y, inner))
      }
    }
    this.#drawGaps(context, lane, top, now, bar)
  }

  #drawGaps(
    context: CanvasRenderingContext2D,
    { gaps, marks }: Lane,
    top: number,
    now: number,
    bar: (start: number, end: number, y: number, height: number) => readonly [number, number, number, number],
  ): void {
    for (const { start, end = now } of gaps) {
      if (end < now - WINDOW_MS) continue
      const box = bar(start, end, top, LANE_HEIGHT)
      this.kinds.add('gap')
      context.fillStyle = color('red-soft')
      context.fillRect(...box)
      const text = `${Math.round(end - start)} ms`
      if (box[2] < context.measureText(text).width + 10) continue
      context.fillStyle = color('red')
      context.fillText(text, box[0] + 6, top + LANE_HEIGHT / 2)
    }
    for (const { at, kind } of marks) {
      if (at < now - WINDOW_MS) continue
      this.kinds.add(kind)
      context.fillStyle = color(kind === 'crash' ? 'red' : 'ink')
      context.fillRect(bar(at, at, top, 0)[0] - 1, top - 2, 2, LANE_HEIGHT + 4)
    }
  }

  #drawAxis(context: CanvasRenderingContext2D, top: number): void {
    context.fillStyle = color('muted')
    context.textBaseline = 'bottom'
    for (let seconds = 0; seconds <= WINDOW_MS / 1000; seconds += 2) {
      const x = this.#x(-seconds * 1000, 0)
      context.textAlign = seconds === 0 ? 'right' : 'center'
      if (seconds * 1000 < WINDOW_MS)
        context.fillText(seconds === 0 ? 'now' : `−${seconds} s`, x, top + AXIS_HEIGHT)
    }
  }

  #x(at: number, now: number): number {
    const { width } = this.#surface
    return width - ((now - at) / WINDOW_MS) * (width - LABEL_WIDTH)
  }
}
