import type { TaskRuntime } from '../../api/runtime.ts'
import { Metric, Reason, type Slot, type TaskId } from '../../page/kernel/boundary.ts'
import { now } from '../../page/kernel/clock.ts'
import type { Inspection } from '../../page/observability/inspection.ts'
import type { CallStream } from '../../page/streams/call-stream.ts'
import type { CallRecord } from '../../page/tasks/call-record.ts'
import { callId, type TaskEntry } from '../../page/tasks/registry.ts'
import { text, tryRead } from '../../shared/errors/describe.ts'
import type { CallFacts } from '../model/bars.ts'
import { RuntimeModel } from '../model/runtime-model.ts'
import type { TaskFacts, TaskModel } from '../model/task-model.ts'
import { inspectionOf, type Watcher, watch } from './tap.ts'

/** The error of a rejected call, where nothing else is known. */
const WHY: Record<Reason, string> = {
  [Reason.Aborted]: 'Its key or its signal was aborted',
  [Reason.TimedOut]: 'It timed out',
  [Reason.ItemTimedOut]: 'It waited too long for an item of the stream',
  [Reason.Left]: 'Its caller left the stream',
  [Reason.Superseded]: 'A newer call took its place',
  [Reason.Dropped]: 'The queue was full',
  [Reason.Disposed]: 'The task was disposed',
  [Reason.Crashed]: 'Its worker crashed',
  [Reason.Killed]: 'Its worker was ended because of another call',
  [Reason.Moved]: 'Its arguments were on a worker that is gone',
  [Reason.Begun]: 'The worker of the stream is gone, and items had arrived',
  [Reason.Failed]: 'The handler threw',
  [Reason.HandlerAborted]: 'The handler threw an AbortError',
}

/** A runtime of this page: what is seen of it, and what may be done to it. */
export class LiveRuntime {
  readonly name: string
  readonly runtime: TaskRuntime
  readonly model: RuntimeModel
  readonly #inspection: Inspection
  readonly #noticed: () => void
  #stop: (() => void) | undefined

  /**
   * @param noticed - called when something has happened.
   * @throws TypeError for what is no runtime.
   */
  constructor(runtime: TaskRuntime, name: string, noticed: () => void) {
    this.#inspection = inspectionOf(runtime)
    this.runtime = runtime
    this.name = name
    this.#noticed = noticed
    this.model = new RuntimeModel({
      task: task => factsOfTask(this.#entry(task)),
      call: (task, call) => factsOfCall(this.#entry(task), call),
      held: (task, slot) => this.#held(this.#entry(task), slot),
    })
  }

  get isWatching(): boolean {
    return this.#stop !== undefined
  }

  /** Begins to see what happens, with what is there already. */
  watch(): void {
    if (this.#stop || this.model.panic !== undefined) return
    this.model.lookBack(now())
    this.#readAll()
    this.#stop = watch(this.#inspection, this.#watcher())
  }

  /** Sees nothing any more: the runtime has no trace of this. */
  unwatch(): void {
    if (!this.#stop) return
    this.#stop()
    this.#stop = undefined
    this.model.lookAway(now())
  }

  /** Notices tasks that were defined or disposed: the kernel asks for nothing then. */
  findTasks(): void {
    for (const entry of this.#inspection.tasks.entries()) {
      const known = this.model.tasks.get(entry.id)
      if (known) known.isDisposed = entry.disposed
      else if (!entry.disposed) this.#read(entry)
    }
  }

  /** Calls of a task that have not started, by priority: the highest first, those without a call left out. */
  queuedByPriority(task: TaskModel): { priority: number; count: number }[] {
    const { port } = this.#inspection.host
    const levels = Array.from({ length: 16 }, (_, index) => 7 - index)
    const counts = tryRead(() =>
      levels.map(priority => ({ priority, count: port.queuedAt(task.id as TaskId, priority) })),
    )
    return counts?.filter(({ count }) => count > 0) ?? []
  }

  /** The state of a task in the words of its snapshot. */
  stateOf(task: TaskModel) {
    return tryRead(() => this.#inspection.host.port.snapshot(task.id as TaskId))
  }

  startWorkers(task: TaskModel): void {
    const { host } = this.#inspection
    host.report(() => host.port.startWorkers(task.id as TaskId))
  }

  stopWorkers(task: TaskModel): void {
    const { host } = this.#inspection
    host.report(() => host.port.stopWorkers(task.id as TaskId))
  }

  replaceWorkers(task: TaskModel): void {
    const { host } = this.#inspection
    host.report(() => host.port.replaceWorkers(task.id as TaskId))
  }

  /** How far the stream of an open call is. Undefined for a call without one. */
  streamOf(task: TaskModel, call: number): CallStream['state'] | undefined {
    return this.#entry(task.id).calls.get(call)?.stream?.state
  }

  #entry(task: number): TaskEntry {
    return this.#inspection.tasks.entry(task as TaskId)
  }

  #readAll(): void {
    for (const entry of this.#inspection.tasks.entries()) if (!entry.disposed) this.#read(entry)
  }

  /** What a task has at this moment: its workers, and the calls on them. */
  #read(entry: TaskEntry): void {
    const at = now()
    const task = this.model.task(entry.id)
    const state = this.stateOf(task)
    if (state) {
      task.inFlight = state.queueDepth
      task.pending = state.pendingQueueDepth
      task.waiting = state.waitingQueueDepth
      task.workers = state.activeWorkers
      task.noteDepths(at)
    }
    for (const [slot, connection] of entry.workers.entries()) {
      if (!connection) continue
      task.spawned(slot, at)
      for (const { call, attempt, isAbandoned, method, key } of connection.openCalls()) {
        const facts = { ...factsOfCall(entry, call), method, key }
        this.model.dispatch(at, entry.id, call, attempt, slot, facts)
        if (isAbandoned) this.model.interrupt(at, entry.id, call)
      }
    }
  }

  #held(entry: TaskEntry, slot: number): ReadonlySet<number> {
    return new Set([...(entry.workers[slot]?.openCalls() ?? [])].map(({ call }) => call))
  }

  #watcher(): Watcher {
    const { model } = this
    const { host } = this.#inspection
    const noticed = this.#noticed
    return {
      spawn: (task, slot) => model.spawn(host.moment, task, slot),
      terminate: (task, slot) => model.terminate(host.moment, task, slot),
      dispatch(task, call, attempt, slot) {
        model.dispatch(host.moment, task, call, attempt, slot)
        noticed()
      },
      interrupt: (task, call) => model.interrupt(host.moment, task, call),
      resolve(task, call) {
        model.resolve(host.moment, task, call)
        noticed()
      },
      reject: (task, call, reason) => {
        model.reject(host.moment, task, call, reason, whyOf(this.#entry(task).calls.get(call), reason))
        noticed()
      },
      count: (metric, task, slot) => {
        model.count(host.moment, metric, task, slot)
        if (metric === Metric.WorkerCrash && slot !== undefined) this.#noteCrash(task, slot)
      },
      gauge(metric, task, value) {
        model.gauge(host.moment, metric, task, value)
        noticed()
      },
      histogram: (metric, task, value) => model.histogram(metric, task, value),
      panicked: panic => {
        model.panic = panic.message
        this.unwatch()
        noticed()
      },
    }
  }

  #noteCrash(task: TaskId, slot: Slot): void {
    const cause = this.#entry(task).crashes[slot]
    this.model.crash({
      at: this.#inspection.host.moment,
      task: this.model.task(task),
      slot,
      message: tryRead(() => String(cause?.message)) ?? 'Unknown cause',
      stack: tryRead(() => stackOf(cause)) ?? '',
    })
  }
}

/** The stack of what was thrown in the worker, if that is known. Some engines leave the message out of it. */
function stackOf(cause: Error | undefined): string {
  const thrown = cause?.cause instanceof Error ? cause.cause : cause
  const [head, stack] = [String(thrown), String(thrown?.stack)]
  return stack.includes(head) ? stack : `${head}\n${stack}`
}

function factsOfTask({ taskId, taskName, type, limits }: TaskEntry): TaskFacts {
  return { taskId, taskName, type, ...limits }
}

function factsOfCall(entry: TaskEntry, call: number): CallFacts {
  const record = entry.calls.get(call)
  const trace = record?.options.trace
  const traceName = text(() => trace?.name ?? trace?.id)
  return {
    id: callId(entry, call as Parameters<typeof callId>[1]),
    method: record?.method ?? '',
    key: record?.key,
    trace: traceName,
    priority: record?.options.priority ?? 0,
  }
}

function whyOf(record: CallRecord | undefined, reason: Reason): string {
  const isThrown = reason === Reason.Failed || reason === Reason.HandlerAborted
  const thrown = isThrown ? record?.value : undefined
  const message = text(() => thrown instanceof Error && `${thrown.name}: ${thrown.message}`)
  return message ?? WHY[reason]
}
