import type { TaskModel } from '../model/task-model.ts'
import type { Frame } from './paint-bars.ts'

/** How many pixels a step of the area has. */
const STEP = 2

/** Paints how many calls of a task were in flight, pending and waiting, one area on the other. Returns the highest sum that is seen. */
export function paintQueue(frame: Frame, { depths }: TaskModel, top: number, height: number): number {
  const { batches, palette, from, to, scale, left, right } = frame
  if (depths.next === 0) return 0
  const columns = columnsOf(frame, depths)
  const most = columns.reduce((highest, { inFlight, pending, waiting }) => {
    return Math.max(highest, inFlight + pending + waiting)
  }, 0)
  const unit = height / Math.max(most, 4)
  for (const [index, { at, inFlight, pending, waiting }] of columns.entries()) {
    const x = Math.max(left, left + (at - from) * scale)
    const next = columns[index + 1]?.at ?? to
    const width = Math.min(right, left + (next - from) * scale) - x
    let bottom = top + height
    for (const [color, count] of [
      [palette.accent, inFlight],
      [palette.pending, pending],
      [palette.waiting, waiting],
    ] as const) {
      if (count === 0) continue
      const high = count * unit
      batches.add(color, 0.85, x, bottom - high, width, high)
      bottom -= high
    }
  }
  return most
}

type Column = { at: number; inFlight: number; pending: number; waiting: number }

/** The steps that are seen, those of one column of pixels as one: the highest number of each. */
function columnsOf({ from, to, scale }: Frame, depths: TaskModel['depths']): Column[] {
  const columns: Column[] = []
  for (let number = depths.before(from); number < depths.next; number++) {
    const index = depths.index(number)
    const at = depths.at[index] as number
    if (at > to) break
    const step = {
      at,
      inFlight: depths.inFlight[index] as number,
      pending: depths.pending[index] as number,
      waiting: depths.waiting[index] as number,
    }
    const last = columns.at(-1)
    if (!last || (at - last.at) * scale >= STEP || last.at < from) {
      columns.push(step)
      continue
    }
    // What is shown of a column is its highest sum; what holds at its end begins the next one.
    if (step.inFlight + step.pending + step.waiting > last.inFlight + last.pending + last.waiting) {
      Object.assign(last, step, { at: last.at })
    }
  }
  return columns
}
