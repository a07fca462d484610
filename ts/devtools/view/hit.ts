import type { Lane, TaskModel } from '../model/task-model.ts'
import { RULER } from './paint-timeline.ts'
import { barHeight, barTop, type Row } from './rows.ts'

/** An attempt in a lane. */
export type Place = { readonly task: TaskModel; readonly lane: Lane; readonly number: number }

/** How far from a bar it may be pointed at, in pixels. */
const NEAR = 3

/** The attempt at a point of the timeline: the nearest one of the row of bars there. */
export function attemptAt(
  rows: readonly Row[],
  x: number,
  y: number,
  scrollTop: number,
  view: { from: number; to: number; scale: number; left: number },
): Place | undefined {
  if (y < RULER || x < view.left) return undefined
  const inside = y - RULER + scrollTop
  const found = rows.find(({ top, height, lane }) => lane && inside >= top && inside < top + height)
  if (!found?.lane) return undefined
  const { lane, task, top } = found
  const moment = view.from + (x - view.left) / view.scale
  const reach = NEAR / view.scale
  let best: number | undefined
  let distance = reach
  const { bars } = lane
  for (let number = bars.next - 1; number >= bars.first; number--) {
    const index = bars.at(number)
    const start = bars.start[index] as number
    if (start > view.to) continue
    const barY = inside - top - barTop(lane, bars.row[index] as number)
    if (barY < -2 || barY > barHeight(lane) + 2) continue
    const end = Math.min(bars.end[index] as number, view.to)
    const off = moment < start ? start - moment : moment > end ? moment - end : 0
    if (off < distance || (off === 0 && best === undefined)) {
      best = number
      distance = off
    }
    if (off === 0) break
  }
  return best === undefined ? undefined : { task, lane, number: best }
}
