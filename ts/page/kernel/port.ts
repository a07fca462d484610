import type {
  Attempt,
  CallSeq,
  Epoch,
  ErrorKind,
  Outcome,
  ScopeId,
  Slot,
  Status,
  TaskId,
  TraceId,
} from './boundary.ts'
import type { Kernel } from './pkg/kernel.js'
import type { CallPriority, ConfigRefusal, OpenedTrace, Superseded, TaskState, Turns } from './port-types.ts'

/**
 * The only door to the kernel: a method for each input, which `docs/boundary.md` explains, and the questions, which change
 * nothing. Every method throws KernelPanicError if the kernel fails or has failed.
 */
export class Port {
  readonly #turns: Turns
  readonly #kernel: Kernel

  constructor(turns: Turns, kernel: Kernel) {
    this.#turns = turns
    this.#kernel = kernel
  }

  /** @param config - a plain object: a getter would run inside the kernel. */
  defineTask(config: object, hardwareConcurrency: number | undefined): TaskId | ConfigRefusal {
    return this.#turn(now => {
      try {
        return this.#kernel.defineTask(config, hardwareConcurrency, now) as TaskId
      } catch (refusal) {
        if (isRefusal(refusal)) return refusal
        throw refusal
      }
    })
  }

  /** Written out, like {@link settle}, because a closure for each call costs as much as the rest of the way into the kernel. */
  submit(
    task: TaskId,
    call: CallSeq,
    key: ScopeId | undefined,
    signal: ScopeId | undefined,
    timeoutMs: number | undefined,
    { priority, followsSignal }: CallPriority,
    superseded: Superseded | undefined,
    traced: boolean | undefined,
  ): void {
    this.#turns.check()
    try {
      // Reading the clock costs more than all the rest of a call that is merely queued.
      const now = this.#turns.begin(timeoutMs !== undefined || this.#kernel.timesNextCall(task))
      this.#kernel.submit(
        task,
        call,
        key,
        signal,
        timeoutMs,
        priority,
        followsSignal,
        superseded?.scope,
        superseded?.running === true,
        traced,
        now,
      )
    } catch (cause) {
      throw this.#turns.fail(cause)
    }
    this.#turns.end()
  }

  submitFailed(task: TaskId, call: CallSeq, traced: boolean | undefined): void {
    this.#turn(now => this.#kernel.submitFailed(task, call, traced, now))
  }

  settle(task: TaskId, call: CallSeq, attempt: Attempt, outcome: Outcome, runMs: number | undefined): void {
    const now = this.#turns.begin()
    try {
      this.#kernel.settle(task, call, attempt, outcome, runMs, now)
    } catch (cause) {
      throw this.#turns.fail(cause)
    }
    this.#turns.end()
  }

  replyIgnored(task: TaskId): void {
    this.#turn(now => this.#kernel.replyIgnored(task, now))
  }

  payloadMoved(task: TaskId, call: CallSeq, attempt: Attempt, slot: Slot): void {
    this.#turn(now => this.#kernel.payloadMoved(task, call, attempt, slot, now))
  }

  firstItem(task: TaskId, call: CallSeq, attempt: Attempt): void {
    this.#turn(now => this.#kernel.firstItem(task, call, attempt, now))
  }

  moreItems(task: TaskId, call: CallSeq, attempt: Attempt): void {
    this.#turn(now => this.#kernel.moreItems(task, call, attempt, now))
  }

  limitItemWait(task: TaskId, call: CallSeq, timeoutMs: number): void {
    this.#turn(now => this.#kernel.limitItemWait(task, call, timeoutMs, now))
  }

  rest(task: TaskId, call: CallSeq, attempt: Attempt): void {
    this.#turn(now => this.#kernel.rest(task, call, attempt, now))
  }

  resume(task: TaskId, call: CallSeq, attempt: Attempt): void {
    this.#turn(now => this.#kernel.resume(task, call, attempt, now))
  }

  cancelCall(task: TaskId, call: CallSeq): void {
    this.#turn(now => this.#kernel.cancelCall(task, call, now))
  }

  workerReady(task: TaskId, slot: Slot, epoch: Epoch): void {
    this.#turn(now => this.#kernel.workerReady(task, slot, epoch, now))
  }

  workerLost(task: TaskId, slot: Slot, epoch: Epoch): void {
    this.#turn(now => this.#kernel.workerLost(task, slot, epoch, now))
  }

  workerGone(task: TaskId, slot: Slot, epoch: Epoch): void {
    this.#turn(now => this.#kernel.workerGone(task, slot, epoch, now))
  }

  workerUnhandled(task: TaskId, slot: Slot, epoch: Epoch): void {
    this.#turn(now => this.#kernel.workerUnhandled(task, slot, epoch, now))
  }

  holdWorker(task: TaskId, slot: Slot, epoch: Epoch): void {
    this.#turn(now => this.#kernel.holdWorker(task, slot, epoch, now))
  }

  releaseWorker(task: TaskId, slot: Slot, epoch: Epoch): void {
    this.#turn(now => this.#kernel.releaseWorker(task, slot, epoch, now))
  }

  retireWorker(task: TaskId, slot: Slot, epoch: Epoch): void {
    this.#turn(now => this.#kernel.retireWorker(task, slot, epoch, now))
  }

  openScope(): ScopeId {
    return this.#turn(now => this.#kernel.openScope(now) as ScopeId)
  }

  /** Returns whether the scope is forgotten. */
  closeScope(scope: ScopeId): boolean {
    return this.#turn(now => this.#kernel.closeScope(scope, now))
  }

  holdScope(scope: ScopeId): void {
    this.#turn(now => this.#kernel.holdScope(scope, now))
  }

  abortScope(scope: ScopeId): void {
    this.#turn(now => this.#kernel.abortScope(scope, now))
  }

  clearScope(scope: ScopeId): void {
    this.#turn(now => this.#kernel.clearScope(scope, now))
  }

  prioritize(scope: ScopeId, priority: number, followers: boolean): void {
    this.#turn(now => this.#kernel.prioritize(scope, priority, followers, now))
  }

  startWorkers(task: TaskId): void {
    this.#turn(now => this.#kernel.startWorkers(task, now))
  }

  stopWorkers(task: TaskId): void {
    this.#turn(now => this.#kernel.stopWorkers(task, now))
  }

  replaceWorkers(task: TaskId): void {
    this.#turn(now => this.#kernel.replaceWorkers(task, now))
  }

  disposeTask(task: TaskId): void {
    this.#turn(now => this.#kernel.disposeTask(task, now))
  }

  forgetTask(task: TaskId): void {
    this.#turn(now => this.#kernel.forgetTask(task, now))
  }

  watchDrain(task: TaskId): void {
    this.#turn(now => this.#kernel.watchDrain(task, now))
  }

  openTrace(): OpenedTrace {
    return this.#turn(now => this.#kernel.openTrace(now))
  }

  endTrace(trace: TraceId, status: Status | undefined, error: ErrorKind | undefined): void {
    this.#turn(now => this.#kernel.endTrace(trace, status, error, now))
  }

  observe(events: boolean, spans: boolean, sampleRate: number): void {
    this.#turn(now => this.#kernel.observe(events, spans, sampleRate, now))
  }

  seedSampling(seed: number): void {
    this.#turn(now => this.#kernel.seedSampling(seed, now))
  }

  /** @param deadline - the one that has passed: the clock may not have reached it when its timer fires. */
  handleTimeout(deadline: number): void {
    this.#turn(now => this.#kernel.handleTimeout(Math.max(now, deadline)))
  }

  limitBusyWorkers(max: number): void {
    this.#turn(now => this.#kernel.limitBusyWorkers(max, now))
  }

  beginBatch(): void {
    this.#turn(now => this.#kernel.beginBatch(now))
  }

  endBatch(): void {
    this.#turn(now => this.#kernel.endBatch(now))
  }

  isScopeAborted(scope: ScopeId): boolean {
    return this.#ask(() => this.#kernel.isScopeAborted(scope))
  }

  /** Rises whenever something that a snapshot shows has changed. */
  revision(): number {
    return this.#ask(() => this.#kernel.revision())
  }

  /** The state of a task that exists. */
  snapshot(task: TaskId): TaskState {
    return this.#ask(() => this.#kernel.snapshot(task)) as TaskState
  }

  /** Workers that are busy, but for those of tasks with the weight 0. */
  busyWorkers(): number {
    return this.#ask(() => this.#kernel.busyWorkers())
  }

  /** Calls of a task that have this priority and have not started. */
  queuedAt(task: TaskId, priority: number): number {
    return this.#ask(() => this.#kernel.queuedAt(task, priority))
  }

  isQuiescent(): boolean {
    return this.#ask(() => this.#kernel.isQuiescent())
  }

  #turn<T>(input: (now: number) => T): T {
    const now = this.#turns.begin()
    let answer: T
    try {
      answer = input(now)
    } catch (cause) {
      throw this.#turns.fail(cause)
    }
    this.#turns.end()
    return answer
  }

  #ask<T>(question: () => T): T {
    this.#turns.check()
    try {
      return question()
    } catch (cause) {
      throw this.#turns.fail(cause)
    }
  }
}

function isRefusal(thrown: unknown): thrown is ConfigRefusal {
  return typeof thrown === 'object' && thrown !== null && 'allowed' in thrown
}
