import type {
  RuntimeSnapshot,
  RuntimeSnapshotSubscriptionOptions,
  RuntimeTaskSnapshot,
} from '../../api/runtime.ts'
import type { WorkerState } from '../../api/task.ts'
import { onPerformanceClock } from '../kernel/clock.ts'
import type { Host } from '../kernel/host.ts'
import type { TaskEntry, TaskRegistry } from '../tasks/registry.ts'

/** The default interval of a subscription (contract, Names and shapes). */
const INTERVAL_MS = 250

/** The longest that a platform's timer waits, about 25 days; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1

/** The state of one task. */
export function stateOf(host: Host, entry: TaskEntry): WorkerState {
  const { init: _, ...state } = read(host, entry)
  return state
}

/** Answers snapshots of all tasks, once or again and again. */
export class Snapshots {
  readonly #host: Host
  readonly #calls: TaskRegistry
  readonly #timers = new Set<ReturnType<typeof setInterval>>()

  constructor(host: Host, calls: TaskRegistry) {
    this.#host = host
    this.#calls = calls
  }

  get(): RuntimeSnapshot {
    const tasks: RuntimeTaskSnapshot[] = []
    for (const entry of this.#calls.entries()) {
      if (entry.disposed) continue
      const { taskId, taskName } = entry
      tasks.push({ ...read(this.#host, entry), taskId, ...(taskName !== undefined && { taskName }) })
    }
    return { tasks }
  }

  /**
   * Calls the listener with a snapshot at every interval. A listener that throws is ignored.
   *
   * With `onlyOnChange` a tick at which nothing has changed since the last telling, or since the subscription, takes no
   * snapshot.
   *
   * @throws TypeError when `listener` is not a function, or `intervalMs` is not a number.
   * @throws RangeError when `intervalMs` is not above 0.
   */
  subscribe(
    listener: (snapshot: RuntimeSnapshot) => void,
    {
      intervalMs = INTERVAL_MS,
      emitImmediately = true,
      onlyOnChange = false,
    }: RuntimeSnapshotSubscriptionOptions = {},
  ): () => void {
    if (typeof listener !== 'function') {
      throw new TypeError(`listener must be a function, not ${String(listener)}`)
    }
    if (typeof intervalMs !== 'number') {
      throw new TypeError(`intervalMs must be a number, not ${String(intervalMs)}`)
    }
    if (!(intervalMs > 0)) throw new RangeError(`intervalMs must be a number above 0, not ${intervalMs}`)
    let told = this.#revision()
    const tell = () => {
      told = this.#revision()
      try {
        listener(this.get())
      } catch {
        // A listener never disturbs the runtime (contract, Observability).
      }
    }
    const timer = setInterval(
      () => {
        if (!onlyOnChange || this.#revision() !== told) tell()
      },
      Math.min(intervalMs, LONGEST_MS),
    )
    this.#timers.add(timer)
    if (emitImmediately) tell()
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

  #revision(): number {
    return this.#host.port.revision()
  }
}

/** The kernel's view with the text that only the shell has. */
function read(host: Host, entry: TaskEntry): WorkerState & Pick<RuntimeTaskSnapshot, 'init'> {
  const state = host.port.snapshot(entry.id)
  const { lastCrash } = state
  if (lastCrash) {
    lastCrash.ts = onPerformanceClock(lastCrash.ts)
    const known = entry.crashes[lastCrash.workerIndex as number]
    if (known) lastCrash.error = known.message
  }
  return state
}
