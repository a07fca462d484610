import type {
  RuntimeSnapshot,
  RuntimeSnapshotSubscriptionOptions,
  RuntimeTaskSnapshot,
} from '../../api/runtime.ts'
import type { WorkerState } from '../../api/task.ts'
import { describe, show } from '../../shared/errors/describe.ts'
import { refuseUnknown } from '../../shared/unknown-options.ts'
import type { Host } from '../kernel/host.ts'
import type { TaskEntry, TaskRegistry } from '../tasks/registry.ts'
import { readTask } from './task-snapshot.ts'

const DEFAULT_INTERVAL_MS = 250

/** The longest delay of setInterval, about 25 days; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1

/** Returns the state of a task: the same object as long as nothing in it has changed. */
export function stateOf(host: Host, entry: TaskEntry): WorkerState {
  return readTask(host, entry, revisionOf(host)).state
}

/** Returns snapshots of all tasks, once or at intervals. */
export class Snapshots {
  readonly #host: Host
  readonly #tasks: TaskRegistry
  readonly #timers = new Set<ReturnType<typeof setInterval>>()
  readonly #maxBusyWorkers: number
  #last: RuntimeSnapshot | undefined

  constructor(host: Host, tasks: TaskRegistry, maxBusyWorkers: number) {
    this.#host = host
    this.#tasks = tasks
    this.#maxBusyWorkers = maxBusyWorkers
  }

  /** Returns the same object as long as nothing has changed. It is frozen, because all readers share it. */
  get(): RuntimeSnapshot {
    const revision = revisionOf(this.#host)
    const tasks: RuntimeTaskSnapshot[] = []
    for (const entry of this.#tasks.entries()) {
      if (!entry.disposed) tasks.push(readTask(this.#host, entry, revision).row)
    }
    const busyWorkers = this.#host.port.busyWorkers()
    const last = this.#last
    const isSame =
      last?.busyWorkers === busyWorkers &&
      tasks.length === last.tasks.length &&
      tasks.every((row, at) => row === last.tasks[at])
    if (isSame) return last
    const maxBusyWorkers = this.#maxBusyWorkers
    this.#last = Object.freeze({
      tasks: Object.freeze(tasks) as RuntimeTaskSnapshot[],
      busyWorkers,
      maxBusyWorkers,
    })
    return this.#last
  }

  /**
   * Calls the listener with a snapshot at every interval. Errors that it throws are ignored.
   *
   * With `onlyOnChange`, a tick takes no snapshot if nothing has changed since the listener was last called, or since the
   * subscription.
   *
   * @throws TypeError when `listener` is not a function, or an option is not of its type.
   * @throws RangeError when `intervalMs` is not positive.
   */
  subscribe(
    listener: (snapshot: RuntimeSnapshot) => void,
    options: RuntimeSnapshotSubscriptionOptions = {},
  ): () => void {
    if (typeof listener !== 'function') {
      throw new TypeError(`listener must be a function, not ${describe(listener)}`)
    }
    const { intervalMs, emitImmediately, onlyOnChange } = checked(options)
    let seen = revisionOf(this.#host)
    const emit = () => {
      seen = revisionOf(this.#host)
      try {
        listener(this.get())
      } catch {
        // A listener's error must not disturb the runtime.
      }
    }
    const timer = setInterval(
      () => {
        if (!onlyOnChange || revisionOf(this.#host) !== seen) emit()
      },
      Math.min(intervalMs, LONGEST_MS),
    )
    this.#timers.add(timer)
    if (emitImmediately) emit()
    return () => {
      this.#timers.delete(timer)
      clearInterval(timer)
    }
  }

  /** Ends every subscription. */
  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
    this.#timers.clear()
  }
}

type Defined<T> = { [K in keyof T]-?: Exclude<T[K], undefined> }

/** A number that rises whenever something that a snapshot shows has changed. */
function revisionOf(host: Host): number {
  return host.port.revision()
}

function checked(options: RuntimeSnapshotSubscriptionOptions): Defined<RuntimeSnapshotSubscriptionOptions> {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`subscribeRuntimeSnapshot() takes an object of options, not ${show(options)}`)
  }
  refuseUnknown('subscribeRuntimeSnapshot', options, ['intervalMs', 'emitImmediately', 'onlyOnChange'])
  const { intervalMs = DEFAULT_INTERVAL_MS, emitImmediately = true, onlyOnChange = false } = options
  if (typeof intervalMs !== 'number') {
    throw new TypeError(`intervalMs must be a number, not ${describe(intervalMs)}`)
  }
  if (!(intervalMs > 0)) throw new RangeError(`intervalMs must be a number above 0, not ${intervalMs}`)
  for (const [field, value] of Object.entries({ emitImmediately, onlyOnChange })) {
    if (typeof value !== 'boolean') throw new TypeError(`${field} must be a boolean, not ${show(value)}`)
  }
  return { intervalMs, emitImmediately, onlyOnChange }
}
