import { Metric, Reason } from '../../page/kernel/boundary.ts'
import { BarState, type CallFacts } from './bars.ts'
import { Filter } from './filter.ts'
import { type Count, type Lane, type TaskFacts, TaskModel } from './task-model.ts'

/** Gives names to the numbers that effects carry. */
export type Names = {
  task(task: number): TaskFacts
  call(task: number, call: number): CallFacts
  /** Calls that are settled for their callers and still on a worker. Undefined where that cannot be known. */
  held(task: number, slot: number): ReadonlySet<number> | undefined
}

/** A worker that crashed. */
export type Crash = {
  readonly at: number
  readonly task: TaskModel
  readonly slot: number
  readonly message: string
  readonly stack: string
}

const MOST_CRASHES = 100
const MOST_GAPS = 64

const COUNT_OF: Partial<Record<Metric, Count>> = {
  [Metric.TaskDispatch]: 'dispatched',
  [Metric.TaskSuccess]: 'succeeded',
  [Metric.TaskFailure]: 'failed',
  [Metric.TaskCanceled]: 'canceled',
  [Metric.TaskRejected]: 'rejected',
  [Metric.TaskRequeue]: 'requeued',
  [Metric.TaskIgnored]: 'ignored replies',
  [Metric.WorkerSpawn]: 'workers created',
  [Metric.WorkerCrash]: 'workers crashed',
  [Metric.WorkerTerminate]: 'workers terminated',
  [Metric.WorkerUnhandled]: 'unhandled rejections',
}

/** What becomes of an attempt whose call is rejected. */
export const STATE_OF: Record<Reason, BarState> = {
  [Reason.Aborted]: BarState.canceled,
  [Reason.TimedOut]: BarState.canceled,
  [Reason.ItemTimedOut]: BarState.canceled,
  [Reason.Left]: BarState.canceled,
  [Reason.Superseded]: BarState.canceled,
  [Reason.Dropped]: BarState.dropped,
  [Reason.Disposed]: BarState.canceled,
  [Reason.Crashed]: BarState.lost,
  [Reason.Killed]: BarState.lost,
  [Reason.Moved]: BarState.lost,
  [Reason.Begun]: BarState.lost,
  [Reason.Failed]: BarState.failed,
  [Reason.HandlerAborted]: BarState.canceled,
}

/** What a panel knows of a runtime: its tasks, workers and calls, put together from the effects that its kernel asks for. */
export class RuntimeModel {
  readonly tasks = new Map<number, TaskModel>()
  /** The newest first. */
  readonly crashes: Crash[] = []
  /** Stretches of time in which nobody looked, the last of which may go on. */
  readonly gaps: { readonly from: number; to: number }[] = []
  filter = new Filter('')
  /** Why the kernel has failed, if it has. */
  panic: string | undefined
  /** When something last happened, in milliseconds on the kernel's clock. */
  changedAt = Number.NEGATIVE_INFINITY
  readonly #names: Names
  /** Durations that the next effects of a call belong to. */
  #wait = Number.NaN
  #run = Number.NaN
  #total = Number.NaN

  constructor(names: Names) {
    this.#names = names
  }

  task(id: number): TaskModel {
    let task = this.tasks.get(id)
    if (!task) {
      task = new TaskModel(id, this.#names.task(id))
      this.tasks.set(id, task)
    }
    return task
  }

  /** Shows the calls that a filter matches, those of the past included. */
  setFilter(filter: Filter): void {
    this.filter = filter
    for (const task of this.tasks.values()) {
      for (const bars of [...task.lanes.map(lane => lane?.bars), task.neverSent]) {
        if (!bars) continue
        for (let number = bars.first; number < bars.next; number++) {
          const index = bars.at(number)
          bars.shown[index] = filter.matches(bars.facts[index] as CallFacts, task.names) ? 1 : 0
        }
      }
    }
  }

  spawn(at: number, task: number, slot: number): void {
    this.changedAt = at
    this.task(task).spawned(slot, at)
  }

  terminate(at: number, task: number, slot: number): void {
    this.changedAt = at
    this.task(task).ended(slot, at)
  }

  /** @param facts - where they are known better than by the number of the call. */
  dispatch(
    at: number,
    id: number,
    call: number,
    attempt: number,
    slot: number,
    facts = this.#names.call(id, call),
  ): void {
    this.changedAt = at
    const task = this.task(id)
    const isShown = this.filter.isEmpty || this.filter.matches(facts, task.names)
    task.dispatched(slot, at, this.#wait, call, attempt, facts, isShown)
    this.#wait = Number.NaN
  }

  /** A call is canceled, and its worker still owes a reply. */
  interrupt(at: number, id: number, call: number): void {
    this.changedAt = at
    const task = this.task(id)
    const lane = task.laneOf(call)
    const number = lane?.bars.find(call)
    if (!lane || number === undefined) return
    lane.bars.state[lane.bars.at(number)] = BarState.abandoned
    task.abandoned++
  }

  resolve(at: number, task: number, call: number): void {
    this.#settle(at, task, call, BarState.ok, undefined)
  }

  /** @param why - the error of the caller. */
  reject(at: number, task: number, call: number, reason: Reason, why: string | undefined): void {
    this.#settle(at, task, call, STATE_OF[reason], why)
  }

  count(at: number, metric: Metric, id: number, slot: number | undefined): void {
    this.changedAt = at
    const task = this.task(id)
    const name = COUNT_OF[metric]
    if (name) task.counts[name]++
    if (metric === Metric.WorkerCrash && slot !== undefined) task.crashed(slot)
  }

  /** A worker crashed, for this reason. */
  crash(crash: Crash): void {
    this.crashes.unshift(crash)
    if (this.crashes.length > MOST_CRASHES) this.crashes.pop()
  }

  gauge(at: number, metric: Metric, id: number, value: number): void {
    this.changedAt = at
    const task = this.task(id)
    switch (metric) {
      case Metric.QueueInFlight:
        task.inFlight = value
        this.#freeAbandoned(at, task)
        break
      case Metric.QueuePending:
        task.pending = value
        break
      case Metric.QueueResting:
        task.resting = value
        break
      case Metric.QueueBlocked:
        task.waiting = value
        break
      case Metric.WorkersActive:
        task.workers = value
        return
      default:
        return
    }
    task.noteDepths(at)
  }

  histogram(metric: Metric, id: number, value: number): void {
    const task = this.task(id)
    switch (metric) {
      case Metric.QueueWait:
        this.#wait = value
        task.wait.add(value)
        break
      case Metric.TaskRun:
        this.#run = value
        task.run.add(value)
        break
      case Metric.TaskDuration:
        this.#total = value
        task.total.add(value)
        break
      default:
    }
  }

  /** Nobody looks any more: what is open ends here, as far as is known. */
  lookAway(at: number): void {
    for (const task of this.tasks.values()) task.lookAway(at)
    this.gaps.push({ from: at, to: Number.POSITIVE_INFINITY })
    if (this.gaps.length > MOST_GAPS) this.gaps.shift()
  }

  /** Somebody looks again. */
  lookBack(at: number): void {
    const gap = this.gaps.at(-1)
    if (gap) gap.to = Math.min(gap.to, at)
  }

  #settle(at: number, id: number, call: number, state: BarState, why: string | undefined): void {
    this.changedAt = at
    const task = this.task(id)
    const lane = task.laneOf(call)
    const number = lane?.bars.find(call)
    task.rate.add(at)
    const [run, total] = [this.#run, this.#total]
    this.#run = Number.NaN
    this.#total = Number.NaN
    if (!lane || number === undefined) {
      const facts = { ...this.#names.call(id, call), ...(why !== undefined && { error: why }) }
      const isShown = this.filter.isEmpty || this.filter.matches(facts, task.names)
      task.endedUnsent(at, Number.isNaN(total) ? 0 : total, state, call, facts, isShown)
      return
    }
    const facts = lane.bars.facts[lane.bars.at(number)]
    if (facts && why !== undefined) facts.error = why
    // An abandoned call stays on its worker until the worker replies.
    if (lane.bars.state[lane.bars.at(number)] !== BarState.abandoned) task.close(lane, number, at, state, run)
  }

  /** Calls in flight have become fewer: ends the abandoned ones to which the worker has replied. */
  #freeAbandoned(at: number, task: TaskModel): void {
    if (task.abandoned === 0) return
    for (const lane of task.lanes) if (lane && lane.bars.openCount > 0) this.#free(at, task, lane)
  }

  #free(at: number, task: TaskModel, lane: Lane): void {
    const held = this.#names.held(task.id, lane.slot)
    if (!held) return
    for (const number of [...lane.bars.open()]) {
      const index = lane.bars.at(number)
      if (lane.bars.state[index] !== BarState.abandoned || held.has(lane.bars.call[index] as number)) continue
      task.close(lane, number, at, BarState.canceled, Number.NaN)
    }
  }
}
