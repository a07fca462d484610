import { isAbortError } from '../../shared/errors/classes.ts'
import type { Host, KernelTaskId } from '../kernel/host.ts'
import { Outcome } from '../kernel/pkg/kernel.js'
import type { CallTable, TaskEntry } from '../tasks/registry.ts'
import { Connection, type ConnectionEvents } from './connection.ts'
import { factoryThrew, neverReady, unusable } from './crash-errors.ts'
import type { OpenCall } from './open-calls.ts'
import { createWorker, discardWorker } from './worker-factory.ts'

/** Performs the effects that concern workers, and reports to the kernel what becomes of workers and of the calls on them. */
export class WorkerHost {
  readonly #host: Host
  readonly #calls: CallTable

  constructor(host: Host, calls: CallTable) {
    this.#host = host
    this.#calls = calls
  }

  /** Performs Spawn. A factory that throws or returns no worker is reported to the kernel as a crash. */
  spawn(task: KernelTaskId, slot: number, epoch: number): void {
    const entry = this.#calls.entry(task)
    let worker: Worker
    try {
      worker = createWorker(entry.spawn)
    } catch (cause) {
      this.#lost(entry, slot, epoch, factoryThrew(cause))
      return
    }
    try {
      entry.workers[slot] = new Connection(worker, entry.taskId, epoch, this.#events(entry, slot, epoch))
    } catch (cause) {
      discardWorker(worker)
      this.#lost(entry, slot, epoch, unusable(cause))
    }
  }

  /** Performs GiveUp: records the start timeout as the cause of the crash effect that follows. */
  giveUp(task: KernelTaskId, slot: number, afterMs: number): void {
    this.#calls.entry(task).crashes[slot] = neverReady(afterMs)
  }

  /**
   * Performs Terminate. Nothing is sent to a worker that is being ended. Reports that its thread is gone as soon as that is
   * known: at once where there is none; where it cannot be known, the kernel has a deadline for it.
   */
  terminate(task: KernelTaskId, slot: number, epoch: number): void {
    const { workers } = this.#calls.entry(task)
    const connection = workers[slot]
    if (connection?.epoch === epoch) {
      workers[slot] = undefined
      if (!connection.end()) return
    }
    this.#gone(task, slot, epoch)
  }

  /** Performs Dispatch. Arguments that move do so now. A call that cannot be sent fails alone; its worker stays. */
  dispatch(task: KernelTaskId, call: number, attempt: number, slot: number, epoch: number): void {
    const { calls, workers } = this.#calls.entry(task)
    const record = calls.get(call)
    const connection = workers[slot]
    // The worker may have crashed in the meantime; the kernel already knows and will settle the call.
    if (!record?.args || connection?.epoch !== epoch) return
    try {
      const moved = connection.send(call, attempt, record, record.args)
      if (!moved) return
      record.args = undefined
      this.#host.ask(kernel => kernel.payloadMoved(task, call, attempt))
    } catch (error) {
      record.value = error
      this.#host.settle(task, call, attempt, Outcome.Failed)
    }
  }

  /** Performs Interrupt. A call that has not been posted is canceled at once, and its place is free. */
  interrupt(task: KernelTaskId, call: number, slot: number, epoch: number): void {
    const connection = this.#calls.entry(task).workers[slot]
    if (connection?.epoch !== epoch) return
    const retracted = connection.cancel(call)
    if (retracted) this.#host.settle(task, call, retracted.attempt, Outcome.Aborted)
  }

  /** Ends every worker of a task without reporting it to the kernel, which has failed. */
  endAll(entry: TaskEntry): void {
    for (const connection of entry.workers.splice(0)) connection?.end()
  }

  #events(entry: TaskEntry, slot: number, epoch: number): ConnectionEvents {
    const task = entry.id
    return {
      onReady: () => this.#host.tell((kernel, now) => kernel.workerReady(task, slot, epoch, now)),
      onResult: (call, value) => this.#settle(entry, call, Outcome.Succeeded, value),
      onError: (call, error) =>
        this.#settle(entry, call, isAbortError(error) ? Outcome.Aborted : Outcome.Failed, error),
      onUnhandled: () => this.#host.tell((kernel, now) => kernel.workerUnhandled(task, slot, epoch, now)),
      onIgnored: () => this.#host.tell((kernel, now) => kernel.answerIgnored(task, now)),
      onLost: cause => this.#lost(entry, slot, epoch, cause),
      onGone: () => this.#gone(task, slot, epoch),
      together: report => this.#host.together(report),
    }
  }

  #settle(entry: TaskEntry, { call, attempt }: OpenCall, outcome: Outcome, value: unknown): void {
    const record = entry.calls.get(call)
    // The caller of a canceled call has been told already.
    if (record) record.value = value
    this.#host.settle(entry.id, call, attempt, outcome)
  }

  #gone(task: KernelTaskId, slot: number, epoch: number): void {
    this.#host.tell((kernel, now) => kernel.workerGone(task, slot, epoch, now))
  }

  #lost(entry: TaskEntry, slot: number, epoch: number, cause: Error): void {
    entry.crashes[slot] = cause
    this.#host.tell((kernel, now) => kernel.workerLost(entry.id, slot, epoch, now))
  }
}
