import type { Lane, TaskModel } from '../model/task-model.ts'

/** A row of the timeline: the head of a task with the length of its queue, or a worker of it. */
export type Row = {
  readonly task: TaskModel
  /** Absent for the head of a task. */
  readonly lane?: Lane
  readonly top: number
  readonly height: number
}

const HEAD = 36
const LANE = 18
/** What a further row of bars adds to a lane. */
const FURTHER = 9

/** Where the bars of a row of a lane begin, from the top of the lane. */
export function barTop(lane: Lane, row: number): number {
  return lane.bars.rows === 1 ? 4 : 4 + row * FURTHER
}

/** How high the bars of a lane are. */
export function barHeight(lane: Lane): number {
  return lane.bars.rows === 1 ? 10 : FURTHER - 2
}

/** Lays out all tasks, one below the other. */
export function layOut(tasks: Iterable<TaskModel>): { rows: Row[]; height: number } {
  const rows: Row[] = []
  let top = 0
  for (const task of tasks) {
    rows.push({ task, top, height: HEAD })
    top += HEAD
    for (const lane of task.lanes) {
      if (!lane) continue
      const height = LANE + (lane.bars.rows - 1) * FURTHER
      rows.push({ task, lane, top, height })
      top += height
    }
    top += 6
  }
  return { rows, height: top }
}
