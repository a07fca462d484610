import { KernelPanicError } from '../../shared/errors/classes.ts'
import type { Table } from '../tasks/sequence-map.ts'
import { now, sharedNow, watchFreezes } from './clock.ts'
import { loadKernel, registersOf } from './load.ts'
import { EffectKind, type Kernel, lastPanic, type Outcome } from './pkg/kernel.js'
import type { Registers } from './registers.ts'

/** A task as the kernel numbers it. */
export type KernelTaskId = number

/** Who performs the effects. Every method is called from the drain and must not throw. */
export type Performer = {
  spawn(task: KernelTaskId, slot: number, epoch: number): void
  giveUp(task: KernelTaskId, slot: number, afterMs: number): void
  terminate(task: KernelTaskId, slot: number, epoch: number): void
  dispatch(task: KernelTaskId, call: number, attempt: number, slot: number, epoch: number): void
  interrupt(task: KernelTaskId, call: number, slot: number, epoch: number): void
  resolve(task: KernelTaskId, call: number): void
  reject(task: KernelTaskId, call: number, registers: Registers): void
  abortSignal(key: number): void
  releaseKey(key: number): void
  drained(task: KernelTaskId): void
  metric(kind: 'counter' | 'gauge' | 'histogram', registers: Registers): void
  endSpan(registers: Registers): void
  endTrace(registers: Registers): void
  /** The kernel's next deadline, told after every drain. */
  deadline(at: number): void
  /** The kernel has failed: settle everything with this error and stop. */
  panicked(error: KernelPanicError): void
}

/**
 * Runs turns: one input to the kernel, then all of its effects. The only place from which the kernel is reached.
 *
 * An input from inside a drain is told to the kernel at once; its effects queue up behind those already asked for and
 * are performed by the drain that is running. No JavaScript but this file's runs between entering and leaving wasm.
 */
export class Host {
  readonly #kernel: Kernel
  readonly #registers: Registers
  #performer: Performer | undefined
  #draining = false
  #together = false
  #observed = false
  #moment = 0
  #panic: KernelPanicError | undefined
  readonly #afterDrain: (() => void)[] = []

  constructor() {
    this.#kernel = loadKernel()
    this.#registers = registersOf(this.#kernel)
    watchFreezes()
  }

  /** Names who performs the effects. Needed before the first turn. */
  connect(performer: Performer): void {
    this.#performer = performer
  }

  /**
   * Tells the kernel something and performs what follows from it.
   *
   * @throws KernelPanicError when the kernel fails now or has failed before.
   */
  turn<T>(input: (kernel: Kernel, now: number) => T): T {
    this.#tick()
    const answer = this.#enter(input)
    this.#drain()
    return answer
  }

  /** Tells whether somebody sees the moments of calls. */
  observe(events: boolean, spans: boolean, sampleRate: number): void {
    this.#observed = events || spans
    this.tell(kernel => kernel.observe(events, spans, sampleRate))
  }

  /**
   * A turn for a new call: its record is in the table before anything follows from it. One that can neither start now nor
   * time out sets no deadline, and so shares a reading of the clock with others unless somebody observes it
   * (docs/decisions/0027).
   *
   * @throws KernelPanicError as {@link turn} does.
   */
  submit<Submitted extends object>(
    record: Submitted,
    calls: Table<Submitted>,
    task: KernelTaskId,
    key: number | undefined,
    signal: number | undefined,
    sampled: boolean | undefined,
    setsDeadlines: boolean,
  ): void {
    this.#tick(setsDeadlines || this.#observed)
    if (this.#panic) throw this.#panic
    try {
      calls.add(this.#kernel.submit(task, key, signal, sampled, this.#moment), record)
    } catch (cause) {
      throw this.#fail(cause)
    }
    this.#drain()
  }

  /** A turn for the end of a call, as its worker or the shell has it. */
  settle(task: KernelTaskId, call: number, attempt: number, outcome: Outcome): void {
    if (this.#panic) return
    this.#tick()
    try {
      this.#kernel.settle(task, call, attempt, outcome, this.#moment)
    } catch (cause) {
      this.#fail(cause)
      return
    }
    this.#unlessPanicked(this.#drain)
  }

  /**
   * Runs turns that happen at one moment: the clock is read once, and what follows from all of them is performed behind
   * the last one, in order.
   */
  together(turns: () => void): void {
    const outermost = !this.#draining
    this.#tick()
    this.#draining = true
    this.#together = true
    try {
      turns()
    } finally {
      this.#together = false
      if (outermost) this.#draining = false
    }
    this.#unlessPanicked(this.#drain)
  }

  /**
   * Does something once all effects are performed that were asked for until then: now, or at the end of the drain that is
   * running. `then` may make inputs of its own and must not throw.
   */
  afterDrain(then: () => void): void {
    if (this.#draining) this.#afterDrain.push(then)
    else then()
  }

  /** When the last turn began, on the kernel's clock. */
  get moment(): number {
    return this.#moment
  }

  /** A turn for what the platform reports: there is nobody to tell of a panic, and every caller has been told. */
  tell(input: (kernel: Kernel, now: number) => void): void {
    this.#unlessPanicked(() => this.turn(input))
  }

  /**
   * Asks the kernel something that has no effects.
   *
   * @throws KernelPanicError as {@link turn} does.
   */
  ask<T>(question: (kernel: Kernel) => T): T {
    return this.#enter(question)
  }

  /** Reads the clock, unless this input happens together with others. */
  #tick(exact = true): void {
    if (!this.#together) this.#moment = exact ? now() : sharedNow()
  }

  #enter<T>(enter: (kernel: Kernel, now: number) => T): T {
    if (this.#panic) throw this.#panic
    try {
      return enter(this.#kernel, this.#moment)
    } catch (cause) {
      throw this.#fail(cause)
    }
  }

  #unlessPanicked(task: () => void): void {
    try {
      task()
    } catch (error) {
      if (error !== this.#panic) throw error
    }
  }

  readonly #drain = (): void => {
    if (this.#draining || this.#panic) return
    this.#draining = true
    try {
      for (let kind = this.#kernel.poll(); kind !== EffectKind.None; kind = this.#kernel.poll()) {
        this.#perform(kind)
      }
      this.#performer?.deadline(this.#registers.deadline)
    } catch (cause) {
      throw this.#fail(cause)
    } finally {
      this.#draining = false
      for (const then of this.#afterDrain.splice(0)) then()
    }
  }

  #perform(kind: Exclude<EffectKind, EffectKind.None>): void {
    const registers = this.#registers
    const performer = this.#performer
    if (!performer) return
    switch (kind) {
      case EffectKind.Spawn:
        performer.spawn(registers.task, registers.slot as number, registers.epoch)
        break
      case EffectKind.GiveUp:
        performer.giveUp(registers.task, registers.slot as number, registers.value)
        break
      case EffectKind.Terminate:
        performer.terminate(registers.task, registers.slot as number, registers.epoch)
        break
      case EffectKind.Dispatch:
        performer.dispatch(
          registers.task,
          registers.call,
          registers.attempt,
          registers.slot as number,
          registers.epoch,
        )
        break
      case EffectKind.Interrupt:
        performer.interrupt(registers.task, registers.call, registers.slot as number, registers.epoch)
        break
      case EffectKind.Resolve:
        performer.resolve(registers.task, registers.call)
        break
      case EffectKind.Reject:
        performer.reject(registers.task, registers.call, registers)
        break
      case EffectKind.AbortSignal:
        performer.abortSignal(registers.key as number)
        break
      case EffectKind.ReleaseKey:
        performer.releaseKey(registers.key as number)
        break
      case EffectKind.Drained:
        performer.drained(registers.task)
        break
      case EffectKind.Count:
        performer.metric('counter', registers)
        break
      case EffectKind.Gauge:
        performer.metric('gauge', registers)
        break
      case EffectKind.Histogram:
        performer.metric('histogram', registers)
        break
      case EffectKind.EndSpan:
        performer.endSpan(registers)
        break
      case EffectKind.EndTrace:
        performer.endTrace(registers)
        break
      default:
        kind satisfies never
    }
  }

  /** A trap leaves the kernel in a state that nobody knows: it is never entered again. */
  #fail(cause: unknown): KernelPanicError {
    if (!this.#panic) {
      this.#panic = new KernelPanicError(lastPanic() ?? String(cause))
      this.#performer?.panicked(this.#panic)
    }
    return this.#panic
  }
}
