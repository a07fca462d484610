import type { RuntimeTaskSnapshot } from '../../api/runtime.ts'
import type { WorkerState } from '../../api/task.ts'
import type { Host } from '../kernel/host.ts'
import type { TaskEntry } from '../tasks/registry.ts'
import { epochOfPast } from './epoch.ts'

/** The last reading of a task: its row in a runtime snapshot, and its own state. Both are frozen and share their parts. */
export type TaskReading = {
  readonly row: RuntimeTaskSnapshot
  readonly state: WorkerState
  /** The cause of the last crash, which is not part of the kernel's revision. */
  readonly crash: Error | undefined
  /** The kernel's revision at which this was last found to be current. */
  revision: number
}

const readings = new WeakMap<TaskEntry, TaskReading>()

/**
 * Reads a task at this revision of the kernel. Returns the last reading if nothing in the task has changed: stores compare
 * snapshots by identity (with a new object each time, React's useSyncExternalStore would render forever).
 */
export function readTask(host: Host, entry: TaskEntry, revision: number): TaskReading {
  const last = readings.get(entry)
  if (last?.revision === revision && last.crash === crashOf(entry, last.row)) return last
  const row = read(host, entry)
  const crash = crashOf(entry, row)
  if (last && last.crash === crash && isSame(last.row, row)) {
    last.revision = revision
    return last
  }
  const { taskId: _, taskName: __, init: ___, ...state } = row
  const reading = { row: freeze(row), state: Object.freeze(state), crash, revision }
  readings.set(entry, reading)
  return reading
}

/** Adds to the kernel's snapshot what only the shell has: names, messages and the time of day. */
function read(host: Host, entry: TaskEntry): RuntimeTaskSnapshot {
  const { taskId, taskName } = entry
  const state = { ...host.port.snapshot(entry.id) }
  const { lastCrash } = state
  if (lastCrash) lastCrash.ts = epochOfPast(lastCrash.ts)
  const row = { ...state, taskId, ...(taskName !== undefined && { taskName }) }
  const crash = crashOf(entry, row)
  if (lastCrash && crash) lastCrash.error = crash.message
  return row
}

function crashOf(entry: TaskEntry, { lastCrash }: RuntimeTaskSnapshot): Error | undefined {
  return lastCrash && entry.crashes[lastCrash.workerIndex as number]
}

/** Compares two readings of one task: fields of plain values, and objects of those. */
function isSame(one: object, other: object): boolean {
  const fields = Object.entries(one)
  return (
    fields.length === Object.keys(other).length &&
    fields.every(([name, value]) => {
      const against: unknown = other[name as keyof object]
      const areObjects = typeof value === 'object' && typeof against === 'object' && value && against
      return areObjects ? isSame(value, against) : Object.is(value, against)
    })
  )
}

function freeze(row: RuntimeTaskSnapshot): RuntimeTaskSnapshot {
  Object.freeze(row.queueDepthByWorker)
  if (row.lastCrash) Object.freeze(row.lastCrash)
  return Object.freeze(row)
}
