import type { Lane } from '../model/task-model.ts'
import { clock, limit, span } from './format.ts'
import { type Frame, paintBars } from './paint-bars.ts'
import { paintQueue } from './paint-queue.ts'
import { barHeight, barTop, type Row } from './rows.ts'

export const RULER = 22

/** What a picture of the timeline shows beside time and colors. */
export type Scene = Frame & {
  readonly context: CanvasRenderingContext2D
  readonly width: number
  readonly height: number
  readonly rows: readonly Row[]
  readonly scrollTop: number
  /** What a moment is in milliseconds since 1970, where the time of day is to be seen. Undefined: how long ago it is. */
  readonly epochOf: ((moment: number) => number) | undefined
  /** The lane and the number of the attempt that is marked. */
  readonly marked: { lane: Lane; number: number } | undefined
  /** Stretches of time in which nobody looked. */
  readonly gaps: readonly { from: number; to: number }[]
}

const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif'
const BOLD = `600 ${FONT}`

export function paintTimeline(scene: Scene): void {
  const { context, width, height, palette, rows, scrollTop, batches, ground, left } = scene
  context.fillStyle = palette.background
  context.fillRect(0, 0, width, height)
  const seen = rows.filter(({ top, height: high }) => {
    const y = RULER + top - scrollTop
    return y + high > RULER && y < height
  })
  paintGrid(scene)
  context.save()
  context.beginPath()
  context.rect(0, RULER, width, height - RULER)
  context.clip()
  const highest = new Map<Row, number>()
  for (const row of seen) {
    const y = RULER + row.top - scrollTop
    if (row.lane) {
      paintLives(scene, row.lane, y, row.height)
      paintBars(scene, row.lane, y)
    } else {
      ground.add(palette.line, 1, 0, y, width, 1)
      highest.set(row, paintQueue(scene, row.task, y + 8, row.height - 12))
    }
  }
  ground.paint(context)
  batches.paint(context)
  for (const row of seen) {
    if (row.lane) paintCrashes(scene, row.lane, RULER + row.top - scrollTop, row.height)
  }
  paintMark(scene, seen)
  // Bars end at the edge of the labels.
  context.fillStyle = palette.background
  context.fillRect(0, RULER, left - 1, height - RULER)
  for (const row of seen) paintLabel(scene, row, RULER + row.top - scrollTop, highest.get(row) ?? 0)
  context.restore()
  context.fillStyle = palette.line
  context.fillRect(left - 1, RULER, 1, height)
}

/** Lines at round moments, and what they are called. */
function paintGrid({ context, palette, from, to, scale, left, right, height, epochOf, gaps }: Scene): void {
  const step = roundStep(90 / scale)
  context.font = FONT
  context.textBaseline = 'middle'
  context.textAlign = 'center'
  // While time passes the lines stand still: they are round distances from the present.
  const origin = epochOf ? to - (epochOf(to) % step) : to
  const first = Math.ceil((from - origin) / step) * step + origin
  for (let moment = first; moment <= to; moment += step) {
    const x = Math.round(left + (moment - from) * scale)
    context.fillStyle = palette.line
    context.globalAlpha = 0.6
    context.fillRect(x, RULER, 1, height)
    context.globalAlpha = 1
    context.fillStyle = palette.muted
    const ago = to - moment
    const past = ago < step / 2 ? 'now' : `−${span(ago)}`
    const text = epochOf ? clock(epochOf(moment), step >= 1_000) : past
    const half = context.measureText(text).width / 2
    context.fillText(text, Math.min(right - half - 2, Math.max(left + half, x)), RULER / 2)
  }
  context.fillStyle = palette.raised
  for (const gap of gaps) {
    const x = Math.max(left, left + (gap.from - from) * scale)
    const until = Math.min(right, left + (gap.to - from) * scale)
    if (until > x) context.fillRect(x, RULER, until - x, height)
  }
}

/** 1, 2 or 5 times a power of ten that is at least this long. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  const factor = [1, 2, 5, 10].find(each => each * power >= least) ?? 10
  return factor * power
}

/** When a slot had a worker. */
function paintLives(scene: Scene, lane: Lane, top: number, height: number): void {
  const { ground, palette, from, to, scale, left, right } = scene
  for (const life of lane.lives) {
    if (life.from > to || life.to < from) continue
    const x = Math.max(left, left + (life.from - from) * scale)
    const until = Math.min(right, left + (Math.min(life.to, to) - from) * scale)
    ground.add(palette.raised, 1, x, top + 1, until - x, height - 2)
  }
}

/** A crash is a cross: it is seen without its color, too. */
function paintCrashes(scene: Scene, lane: Lane, top: number, height: number): void {
  const { context, palette, from, to, scale, left, right } = scene
  context.strokeStyle = palette.error
  context.lineWidth = 1.5
  for (const life of lane.lives) {
    if (!life.crashed || life.to > to || life.to < from) continue
    const x = Math.min(right - 4, left + (life.to - from) * scale)
    const y = top + height / 2
    context.beginPath()
    context.moveTo(x - 4, y - 4)
    context.lineTo(x + 4, y + 4)
    context.moveTo(x + 4, y - 4)
    context.lineTo(x - 4, y + 4)
    context.stroke()
  }
}

/** A frame around the attempt that is pointed at or chosen, and the time that it waited before. */
function paintMark(scene: Scene, seen: readonly Row[]): void {
  const { context, palette, from, to, scale, left, right, scrollTop, marked } = scene
  const row = marked && seen.find(({ lane }) => lane === marked.lane)
  if (!marked || !row || marked.number < marked.lane.bars.first) return
  const { bars } = marked.lane
  const index = bars.at(marked.number)
  const began = bars.start[index] as number
  const y = RULER + row.top - scrollTop + barTop(marked.lane, bars.row[index] as number)
  const high = barHeight(marked.lane)
  const x = Math.max(left, left + (began - from) * scale)
  const until = Math.min(right, left + (Math.min(bars.end[index] as number, to) - from) * scale)
  if (until < left || x > right) return
  context.strokeStyle = palette.text
  context.lineWidth = 1
  context.strokeRect(x - 0.5, y - 1.5, Math.max(2, until - x) + 1, high + 3)
  const wait = bars.wait[index] as number
  if (Number.isNaN(wait)) return
  const queued = Math.max(left, x - wait * scale)
  context.fillStyle = palette.waiting
  context.fillRect(queued, y + high / 2 - 1, Math.max(0, x - queued - 1), 2)
}

function paintLabel(scene: Scene, { task, lane, height }: Row, top: number, highest: number): void {
  const { context, palette, left } = scene
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  if (!lane) {
    context.font = BOLD
    context.fillStyle = task.isDisposed ? palette.muted : palette.text
    context.fillText(fitting(context, task.title, left - 18), 10, top + 14)
    context.font = FONT
    context.fillStyle = palette.muted
    const most = highest === 0 ? '' : `max ${limit(highest)}`
    const room = left - 24 - context.measureText(most).width
    context.fillText(fitting(context, task.facts.type ?? '', room), 10, top + 27)
    context.textAlign = 'right'
    context.fillText(most, left - 8, top + 27)
    return
  }
  const life = lane.lives.at(-1)
  const lives = life?.to === Number.POSITIVE_INFINITY
  context.beginPath()
  context.arc(14, top + height / 2, 3, 0, 2 * Math.PI)
  context.fillStyle = life?.crashed ? palette.error : (palette.bars[1] as string)
  context.strokeStyle = palette.muted
  context.lineWidth = 1
  if (lives || life?.crashed) context.fill()
  else context.stroke()
  context.font = FONT
  context.fillStyle = lives ? palette.text : palette.muted
  const name = left > 100 ? `worker ${lane.slot}` : String(lane.slot)
  context.fillText(fitting(context, name, left - 32), 24, top + height / 2 + 0.5)
}

const fitted = new Map<string, string>()

/** A text, shortened to a width. */
function fitting(context: CanvasRenderingContext2D, text: string, width: number): string {
  const known = `${context.font} ${width} ${text}`
  let short = fitted.get(known)
  if (short === undefined) {
    // Longer than any label; measuring a name of a megabyte would take as long as it is.
    let kept = text.slice(0, 64)
    while (kept !== '' && context.measureText(kept === text ? kept : `${kept}…`).width > width) {
      kept = kept.slice(0, -1)
    }
    short = kept === text || kept === '' ? kept : `${kept}…`
    if (fitted.size > 500) fitted.clear()
    fitted.set(known, short)
  }
  return short
}
