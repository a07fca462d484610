import type { MetricEvent } from '../../api/events.ts'
import { Metric, type Slot, type TaskId, Termination } from '../kernel/boundary.ts'
import type { Host } from '../kernel/host.ts'
import type { TaskEntry, TaskRegistry } from '../tasks/registry.ts'
import { epochAt } from './epoch.ts'
import type { Events } from './events.ts'

const METRIC_NAMES: Record<Metric, string> = {
  [Metric.TaskDispatch]: 'task.dispatch.total',
  [Metric.TaskSuccess]: 'task.success.total',
  [Metric.TaskFailure]: 'task.failure.total',
  [Metric.TaskCanceled]: 'task.canceled.total',
  [Metric.TaskRejected]: 'task.rejected.total',
  [Metric.TaskRequeue]: 'task.requeue.total',
  [Metric.TaskIgnored]: 'task.ignored.total',
  [Metric.WorkerSpawn]: 'worker.spawn.total',
  [Metric.WorkerCrash]: 'worker.crash.total',
  [Metric.WorkerTerminate]: 'worker.terminate.total',
  [Metric.WorkerUnhandled]: 'worker.unhandled.total',
  [Metric.QueueInFlight]: 'queue.in_flight',
  [Metric.QueuePending]: 'queue.pending',
  [Metric.QueueBlocked]: 'queue.blocked',
  [Metric.QueueResting]: 'queue.resting',
  [Metric.WorkersActive]: 'workers.active',
  [Metric.TaskDuration]: 'task.duration_ms',
  [Metric.TaskRun]: 'task.run_ms',
  [Metric.StreamFirstItem]: 'stream.first_item_ms',
  [Metric.QueueWait]: 'queue.wait_ms',
  [Metric.WorkerReady]: 'worker.ready_ms',
}

/** Why the runtime terminated a worker. */
const REASONS: Record<Termination, string> = {
  [Termination.Retired]: 'retired',
  [Termination.Replaced]: 'replaced',
  [Termination.Idle]: 'idle',
  [Termination.Stopped]: 'stopped',
  [Termination.Disposed]: 'disposed',
  [Termination.Killed]: 'killed',
}

/** Metrics that carry the queue's policy and limits as attributes. */
const QUEUE_METRICS: ReadonlySet<Metric> = new Set([
  Metric.TaskRejected,
  Metric.QueueInFlight,
  Metric.QueuePending,
  Metric.QueueBlocked,
  Metric.QueueResting,
  Metric.QueueWait,
])

/** The last value emitted for a gauge, and how many listeners had ever subscribed by then. */
type Level = { value: number; known: number }

/** Turns the kernel's counts into metric events. Checks for listeners itself: an effect may have been queued before the last one left. */
export class Metrics {
  readonly #host: Host
  readonly #tasks: TaskRegistry
  readonly #events: Events
  readonly #levels = new WeakMap<TaskEntry, Map<Metric, Level>>()

  constructor(host: Host, tasks: TaskRegistry, events: Events) {
    this.#host = host
    this.#tasks = tasks
    this.#events = events
  }

  /** Performs Count. */
  count(metric: Metric, task: TaskId, slot: Slot | undefined, termination: Termination | undefined): void {
    if (!this.#events.observed) return
    const entry = this.#tasks.entry(task)
    const attrs = attributesOf(entry, metric)
    if (slot !== undefined) attrs['worker.index'] = slot
    if (termination !== undefined) attrs.reason = REASONS[termination]
    this.#emit('counter', metric, 1, attrs)
  }

  /** Performs Gauge. */
  gauge(metric: Metric, task: TaskId, value: number): void {
    if (!this.#events.observed) return
    const entry = this.#tasks.entry(task)
    const known = this.#knownBy(entry, metric, value)
    this.#emit('gauge', metric, value, attributesOf(entry, metric), known)
  }

  /** Performs BusyWorkers. */
  busyWorkers(value: number): void {
    const ts = epochAt(this.#host.moment)
    this.#events.emit({ kind: 'gauge', name: 'runtime.busy_workers', value, ts, attrs: {} })
  }

  /** Performs Histogram. */
  histogram(metric: Metric, task: TaskId, value: number): void {
    if (!this.#events.observed) return
    this.#emit('histogram', metric, value, attributesOf(this.#tasks.entry(task), metric))
  }

  #emit(
    kind: MetricEvent['kind'],
    metric: Metric,
    value: number,
    attrs: Record<string, string | number>,
    known = 0,
  ): void {
    // One timestamp for all events of an input: reading the clock for each event would cost more than the rest of it.
    const ts = epochAt(this.#host.moment)
    this.#events.emit({ kind, name: METRIC_NAMES[metric], value, ts, attrs }, known)
  }

  /**
   * How many listeners know this level already. The kernel emits all levels again for a new listener; the others get only
   * changes.
   */
  #knownBy(entry: TaskEntry, metric: Metric, value: number): number {
    let levels = this.#levels.get(entry)
    if (!levels) {
      levels = new Map()
      this.#levels.set(entry, levels)
    }
    const before = levels.get(metric)
    levels.set(metric, { value, known: this.#events.subscribed })
    return before?.value === value ? before.known : 0
  }
}

function attributesOf(
  { taskId, taskName, type, limits }: TaskEntry,
  metric: Metric,
): Record<string, string | number> {
  const { queuePolicy, maxInFlight, maxQueueDepth } = limits
  const attrs: Record<string, string | number> = QUEUE_METRICS.has(metric)
    ? {
        'task.id': taskId,
        'task.type': type,
        'queue.policy': queuePolicy,
        'queue.max_in_flight': maxInFlight,
        'queue.max_depth': maxQueueDepth,
      }
    : { 'task.id': taskId, 'task.type': type }
  if (taskName !== undefined) attrs['task.name'] = taskName
  return attrs
}
