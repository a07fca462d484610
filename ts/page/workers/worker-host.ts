import { isAbortError, TaskDisposedError, WorkerCrashedError } from '../../shared/errors/classes.ts'
import {
  type Attempt,
  type CallSeq,
  type Epoch,
  Outcome,
  type Slot,
  type TaskId,
} from '../kernel/boundary.ts'
import type { Host } from '../kernel/host.ts'
import type { Telemetry } from '../observability/telemetry.ts'
import { isReadable, ReadableResults } from '../streams/readable-results.ts'
import type { TaskEntry, TaskRegistry } from '../tasks/registry.ts'
import { Connection, type ConnectionEvents } from './connection.ts'
import { factoryThrew, neverReady, unsendableData, unusable, workerDataThrew } from './crash-errors.ts'
import type { OpenCall } from './open-calls.ts'
import { type PreparedData, prepareData } from './prepared-data.ts'
import { createWorker, discardWorker } from './worker-factory.ts'

/** Performs the effects that concern workers, and reports to the kernel what becomes of workers and of the calls on them. */
export class WorkerHost {
  readonly #host: Host
  readonly #tasks: TaskRegistry
  readonly #telemetry: Pick<Telemetry, 'timesCalls'>

  constructor(host: Host, tasks: TaskRegistry, telemetry: Pick<Telemetry, 'timesCalls'>) {
    this.#host = host
    this.#tasks = tasks
    this.#telemetry = telemetry
  }

  /** Performs Spawn. A factory that throws or returns no worker is reported to the kernel as a crash. */
  spawn(task: TaskId, slot: Slot, epoch: Epoch): void {
    const entry = this.#tasks.entry(task)
    let worker: Worker
    try {
      worker = createWorker(entry.createWorker)
    } catch (cause) {
      this.#lost(entry, slot, epoch, factoryThrew(cause))
      return
    }
    let data: PreparedData
    try {
      data = prepareData(entry.workerData, slot)
    } catch (cause) {
      discardWorker(worker)
      this.#lost(entry, slot, epoch, workerDataThrew(cause))
      return
    }
    let connection: Connection
    try {
      const options = { taskId: entry.taskId, workerIndex: slot, hasData: data.value !== undefined }
      connection = new Connection(worker, epoch, options, this.#events(entry, slot, epoch))
    } catch (cause) {
      discardWorker(worker)
      this.#lost(entry, slot, epoch, unusable(cause))
      return
    }
    entry.workers[slot] = connection
    try {
      if (data.value !== undefined) connection.setData(data)
    } catch (cause) {
      this.#lost(entry, slot, epoch, unsendableData(data.value, data.moves, cause))
    }
  }

  /** Performs GiveUp: records the start timeout as the cause of the crash effect that follows. */
  giveUp(task: TaskId, slot: Slot, afterMs: number): void {
    this.#tasks.entry(task).crashes[slot] = neverReady(afterMs)
  }

  /**
   * Performs Terminate. Nothing is sent to a worker that is being ended. Reports that its thread is gone as soon as that is
   * known: at once where there is none; where it cannot be known, the kernel has a deadline for it.
   */
  terminate(task: TaskId, slot: Slot, epoch: Epoch): void {
    const entry = this.#tasks.entry(task)
    const { workers } = entry
    const connection = workers[slot]
    if (connection?.epoch === epoch) {
      workers[slot] = undefined
      connection.readables?.fail(ended(entry, slot))
      if (!connection.end()) return
    }
    this.#gone(task, slot, epoch)
  }

  /** Performs Dispatch. Arguments that move do so now. A call that cannot be sent fails alone; its worker stays. */
  dispatch(task: TaskId, call: CallSeq, attempt: Attempt, slot: Slot, epoch: Epoch): void {
    const { calls, workers } = this.#tasks.entry(task)
    const record = calls.get(call)
    const connection = workers[slot]
    // The worker may have crashed in the meantime; the kernel already knows and will settle the call.
    if (!record || connection?.epoch !== epoch) return
    try {
      if (!record.args) throw new Error(`The arguments of call ${call} are gone. This is a bug in Atelier.`)
      const moved = connection.send(call, attempt, record, record.args, this.#telemetry.timesCalls)
      record.stream?.sent(attempt, connection)
      if (!moved) return
      record.args = undefined
      this.#host.report(() => this.#host.port.payloadMoved(task, call, attempt, slot))
    } catch (error) {
      record.value = error
      this.#report(task, call, attempt, Outcome.Failed)
    }
  }

  /** Performs Interrupt. A call that has not been posted is canceled at once, and its place is free. */
  interrupt(task: TaskId, call: CallSeq, slot: Slot, epoch: Epoch): void {
    const connection = this.#tasks.entry(task).workers[slot]
    if (connection?.epoch !== epoch) return
    const retracted = connection.cancel(call)
    if (retracted) this.#report(task, call, retracted.attempt, Outcome.Aborted)
  }

  /** Ends every worker of a task without reporting it to the kernel, which has failed. */
  endAll(entry: TaskEntry, error: Error): void {
    for (const connection of entry.workers.splice(0)) {
      connection?.readables?.fail(error)
      connection?.end()
    }
  }

  #events(entry: TaskEntry, slot: Slot, epoch: Epoch): ConnectionEvents {
    const task = entry.id
    return {
      onReady: () => this.#host.report(() => this.#host.port.workerReady(task, slot, epoch)),
      onResult: (call, value) =>
        this.#settle(entry, call, Outcome.Succeeded, this.#resultOf(entry, slot, epoch, call, value)),
      onError: (call, error) =>
        this.#settle(entry, call, isAbortError(error) ? Outcome.Aborted : Outcome.Failed, error),
      onRetire: () => this.#host.report(() => this.#host.port.retireWorker(task, slot, epoch)),
      onUnhandled: () => this.#host.report(() => this.#host.port.workerUnhandled(task, slot, epoch)),
      onIgnored: () => this.#host.report(() => this.#host.port.replyIgnored(task)),
      onLost: cause => this.#lost(entry, slot, epoch, cause),
      onGone: () => this.#gone(task, slot, epoch),
      together: report => this.#host.report(() => this.#host.batch(report)),
    }
  }

  #settle(entry: TaskEntry, { call, attempt, runMs }: OpenCall, outcome: Outcome, value: unknown): void {
    const record = entry.calls.get(call)
    // The caller of a canceled call has been told already.
    if (record) record.value = value
    this.#report(entry.id, call, attempt, outcome, runMs)
  }

  /** A stream that a call has returned lives on in its worker, and ends with it. */
  #resultOf(entry: TaskEntry, slot: Slot, epoch: Epoch, call: OpenCall, value: unknown): unknown {
    const connection = entry.workers[slot]
    if (!isReadable(value) || call.isAbandoned || connection?.epoch !== epoch) return value
    const { port } = this.#host
    connection.readables ??= new ReadableResults()
    return connection.readables.wrap(value, () => {
      this.#host.report(() => port.holdWorker(entry.id, slot, epoch))
      return () => this.#host.report(() => port.releaseWorker(entry.id, slot, epoch))
    })
  }

  #report(task: TaskId, call: CallSeq, attempt: Attempt, outcome: Outcome, runMs?: number): void {
    this.#host.report(() => this.#host.port.settle(task, call, attempt, outcome, runMs))
  }

  #gone(task: TaskId, slot: Slot, epoch: Epoch): void {
    this.#host.report(() => this.#host.port.workerGone(task, slot, epoch))
  }

  #lost(entry: TaskEntry, slot: Slot, epoch: Epoch, cause: Error): void {
    entry.crashes[slot] = cause
    const connection = entry.workers[slot]
    if (connection?.epoch === epoch) connection.readables?.fail(crashed(entry, slot, cause))
    this.#host.report(() => this.#host.port.workerLost(entry.id, slot, epoch))
  }
}

/** What befalls a stream that a call has returned, when its worker is ended. */
function ended(entry: TaskEntry, slot: Slot): Error {
  if (entry.disposed) return new TaskDisposedError(entry.taskId)
  return crashed(entry, slot, new Error('The worker was terminated.'))
}

function crashed({ taskId }: TaskEntry, slot: Slot, cause: Error): WorkerCrashedError {
  return new WorkerCrashedError(taskId, { workerIndex: slot, cause })
}
