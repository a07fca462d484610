import { BarState } from '../model/bars.ts'
import type { Lane } from '../model/task-model.ts'
import type { Batches } from './batches.ts'
import type { Palette } from './palette.ts'
import { barHeight, barTop } from './rows.ts'

/** Where and when something is painted. */
export type Frame = {
  readonly batches: Batches
  /** What is behind all others. */
  readonly ground: Batches
  readonly palette: Palette
  /** The first and the last moment that is seen, and how many pixels a millisecond has. */
  readonly from: number
  readonly to: number
  readonly scale: number
  readonly left: number
  readonly right: number
}

/** How faint a bar is that the filter does not show. */
const HIDDEN = 0.18

/** A bar narrower than this, in pixels, is painted together with its neighbors. */
const NARROW = 3

/** Bars of one state that lie so close to each other that they are painted as one; a wide bar is one alone. */
type Run = { x0: number; x1: number; busy: number; state: BarState; isShown: boolean; isNarrow: boolean }

/** Paints the attempts of a lane. Narrow ones are painted together, the fainter the less of the time they fill. */
export function paintBars(frame: Frame, lane: Lane, top: number): void {
  const { from, to, scale, left } = frame
  const { bars } = lane
  const height = barHeight(lane)
  const runs: (Run | undefined)[] = []
  for (let number = bars.first; number < bars.next; number++) {
    const index = bars.at(number)
    const began = bars.start[index] as number
    const ended = bars.end[index] as number
    if (began > to || ended < from) continue
    const row = bars.row[index] as number
    const y = top + barTop(lane, row)
    // What has ended since is seen as it was.
    const isOpen = ended > to
    const until = isOpen ? to : ended
    const state = bars.stateAt(index, to)
    const isShown = bars.shown[index] === 1
    const ran = bars.run[index] as number
    const running = isOpen || Number.isNaN(ran) ? began : Math.max(began, until - ran)
    if ((running - began) * scale > 1)
      paintOnTheWay(frame, state, isShown, began, running, y + height / 2 - 1)
    const x0 = left + (running - from) * scale
    const x1 = left + (until - from) * scale
    const isNarrow = x1 - x0 < NARROW
    const last = runs[row]
    if (last?.isNarrow && isNarrow && last.state === state && last.isShown === isShown && x0 - last.x1 < 1) {
      last.busy += Math.max(0, x1 - Math.max(x0, last.x1))
      last.x1 = Math.max(last.x1, x1)
      continue
    }
    if (last) paintRun(frame, last, y, height)
    runs[row] = { x0, x1, busy: x1 - x0, state, isShown, isNarrow }
  }
  for (const [row, last] of runs.entries()) if (last) paintRun(frame, last, top + barTop(lane, row), height)
}

/** The time in which a call was on its worker and did not run yet. */
function paintOnTheWay(
  { batches, palette, left, right, from, scale }: Frame,
  state: BarState,
  isShown: boolean,
  began: number,
  running: number,
  y: number,
): void {
  const x0 = Math.max(left, left + (began - from) * scale)
  const x1 = Math.min(right, left + (running - from) * scale)
  if (x1 > x0) batches.add(palette.bars[state] as string, isShown ? 0.5 : HIDDEN, x0, y, x1 - x0, 2)
}

function paintRun({ batches, palette, left, right }: Frame, run: Run, y: number, height: number): void {
  const { state } = run
  const isMark = state === BarState.failed || state === BarState.lost
  // A gap between neighbors that are wide enough to be told apart.
  const gap = run.x1 - run.x0 > 4 && state !== BarState.open ? 1 : 0
  const x = Math.max(run.x0, left)
  const width = Math.min(Math.max(run.x1 - gap, run.x0 + (isMark ? 2 : 1)), right) - x
  if (width <= 0) return
  if (!run.isShown) {
    batches.add(palette.muted, HIDDEN, x, y, width, height)
    return
  }
  const color = palette.bars[state] as string
  const alpha = faintness(run)
  switch (state) {
    case BarState.open:
      batches.add(color, 0.7, x, y, width, height)
      batches.add(color, 1, Math.max(x, x + width - 2), y, Math.min(2, width), height)
      break
    case BarState.canceled:
    case BarState.dropped:
    case BarState.unseen:
      batches.add(color, alpha, x, y + height / 4, width, height / 2)
      break
    case BarState.abandoned:
      batches.add(color, 1, x, y, width, 1)
      batches.add(color, 1, x, y + height - 1, width, 1)
      batches.add(color, 0.45, x, y + 1, width, height - 2)
      break
    case BarState.failed:
    case BarState.lost:
      batches.add(color, 1, x, y, width, height)
      batches.add(color, 1, Math.max(x, x + width - 2), y - 2, 2, height + 4)
      break
    case BarState.ok:
      batches.add(color, alpha, x, y, width, height)
      break
    default:
      state satisfies never
  }
}

/** In few steps, because each is a color of its own. */
function faintness({ busy, x0, x1 }: Run): number {
  const share = busy / Math.max(x1 - x0, 1)
  if (share > 0.8) return 1
  if (share > 0.5) return 0.8
  return share > 0.25 ? 0.6 : 0.45
}
