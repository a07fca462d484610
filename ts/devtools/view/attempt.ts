import type { Bars } from '../model/bars.ts'
import type { TaskModel } from '../model/task-model.ts'
import type { Source } from './source.ts'

/** One attempt of a call. */
export type Attempt = {
  readonly source: Source
  readonly task: TaskModel
  readonly bars: Bars
  readonly number: number
  /** Its worker. Undefined if it was never sent to one. */
  readonly slot: number | undefined
}

/** The last attempts that began by a moment and that the filter shows, the newest first. */
export function newest(sources: readonly Source[], most: number, until: number): Attempt[] {
  const attempts: Attempt[] = []
  for (const source of sources) {
    for (const task of source.model.tasks.values()) {
      collect(attempts, { source, task, bars: task.neverSent, slot: undefined }, most, until)
      for (const lane of task.lanes) {
        if (lane) collect(attempts, { source, task, bars: lane.bars, slot: lane.slot }, most, until)
      }
    }
  }
  const startOf = ({ bars, number }: Attempt) => bars.start[bars.at(number)] as number
  return attempts.sort((one, other) => startOf(other) - startOf(one)).slice(0, most)
}

function collect(attempts: Attempt[], of: Omit<Attempt, 'number'>, most: number, until: number): void {
  const { bars } = of
  let found = 0
  for (let number = bars.next - 1; number >= bars.first && found < most; number--) {
    const index = bars.at(number)
    if (bars.shown[index] !== 1 || (bars.start[index] as number) > until) continue
    attempts.push({ ...of, number })
    found++
  }
}
