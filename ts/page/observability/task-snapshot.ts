import type { RuntimeTaskSnapshot } from '../../api/runtime.ts'
import type { WorkerState } from '../../api/task.ts'
import type { Host } from '../kernel/host.ts'
import type { TaskEntry } from '../tasks/registry.ts'
import { epochOfPast } from './epoch.ts'

/** A task as it was read last: as the runtime lists it, and as its own state. Both are frozen and share their parts. */
export type TaskReading = {
  readonly row: RuntimeTaskSnapshot
  readonly state: WorkerState
  /** What is known of the last crash; the kernel's revision does not count it. */
  readonly crash: Error | undefined
  /** The kernel's revision when this was last found to be so. */
  revision: number
}

const readings = new WeakMap<TaskEntry, TaskReading>()

/**
 * Reads a task, at this revision of the kernel. Returns the last reading if nothing of the task has changed: what stores
 * snapshots compares them by identity (React's useSyncExternalStore does, and would render for ever).
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

/** The kernel's view with what only the shell has: names, texts, and the time of day. */
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
