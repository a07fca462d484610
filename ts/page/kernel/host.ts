import { KernelPanicError } from '../../shared/errors/classes.ts'
import { DEADLINE, type Performer, perform, REGISTERS } from './boundary.ts'
import { now, sharedNow, watchFreezes } from './clock.ts'
import { loadKernel, panicOf } from './load.ts'
import type { Kernel } from './pkg/kernel.js'
import { Port } from './port.ts'
import type { Turns } from './port-types.ts'
import type { Recorder } from './recorder.ts'
import { Registers } from './registers.ts'

/** Who acts for the kernel. Nothing here may throw. */
export type Shell = Performer & {
  /** The kernel's next deadline, after every drain. Infinity: none. */
  deadline(at: number): void
  /** The kernel has failed: settle everything with this error and stop. */
  panicked(error: KernelPanicError): void
}

/**
 * Runs turns: one input to the kernel, then all effects that it asks for. {@link Port} has the inputs.
 *
 * An input from inside a drain reaches the kernel at once; its effects queue up behind those already asked for and are
 * performed by the drain that is running. No JavaScript but this folder's runs between entering and leaving wasm.
 */
export class Host implements Turns {
  /** The kernel's inputs and questions. Each input is a turn; throws KernelPanicError if the kernel fails or has failed. */
  readonly port: Port
  readonly #kernel: Kernel
  readonly #recorder: Recorder | undefined
  readonly #registers: Registers
  #shell: Shell | undefined
  #draining = false
  #batches = 0
  #moment = 0
  #panic: KernelPanicError | undefined
  readonly #afterDrain: (() => void)[] = []

  /**
   * @param recorder - keeps the inputs.
   * @throws Error where WebAssembly is missing or forbidden.
   */
  constructor(recorder?: Recorder) {
    const { kernel, memory } = loadKernel()
    this.#recorder = recorder
    this.#kernel = recorder?.watch(kernel) ?? kernel
    this.#registers = new Registers(memory, kernel.registers(), REGISTERS)
    this.port = new Port(this, this.#kernel)
    watchFreezes()
  }

  /** Names who acts for the kernel. Needed before the first turn. */
  connect(shell: Shell): void {
    this.#shell = shell
  }

  /** When the last turn began, in milliseconds on the kernel's clock. */
  get moment(): number {
    return this.#moment
  }

  /**
   * Runs turns for what the platform reports. A panic is swallowed: nobody called, and every open call has been rejected
   * with it.
   */
  report(turns: () => void): void {
    try {
      turns()
    } catch (error) {
      if (error !== this.#panic) throw error
    }
  }

  /**
   * Runs turns that happen together, at one moment: the kernel starts calls after the last one, and then all effects are
   * performed, also where `turns` throws.
   */
  batch(turns: () => void): void {
    this.port.beginBatch()
    this.#batches++
    try {
      turns()
    } finally {
      this.#endBatch()
    }
  }

  #endBatch(): void {
    try {
      if (!this.#panic) this.port.endBatch()
    } finally {
      this.#batches--
    }
    this.end()
  }

  /**
   * Does something once all effects are performed that were asked for until then: now, or at the end of the drain that is
   * running. It must not throw.
   */
  afterDrain(then: () => void): void {
    if (this.#draining) this.#afterDrain.push(then)
    else then()
  }

  /**
   * Begins a turn; returns its moment.
   *
   * @param exact - false if the moment sets no deadline and nobody sees it, so that a shared one will do.
   * @throws KernelPanicError if the kernel has failed.
   */
  begin(exact = true): number {
    this.check()
    if (this.#batches === 0) this.#moment = exact ? now() : sharedNow()
    return this.#moment
  }

  check(): void {
    if (this.#panic) throw this.#panic
  }

  end(): void {
    if (this.#draining || this.#batches > 0 || this.#panic) return
    const shell = this.#shell
    if (!shell) return
    this.#draining = true
    try {
      for (let kind = this.#kernel.poll(); kind !== 0; kind = this.#kernel.poll()) {
        perform(kind, this.#registers, shell)
        // The kernel may have failed meanwhile, in a turn of a listener or factory.
        this.check()
      }
      shell.deadline(this.#registers.number(DEADLINE))
    } catch (cause) {
      throw this.fail(cause)
    } finally {
      this.#draining = false
      for (const then of this.#afterDrain.splice(0)) then()
    }
  }

  /** The kernel has thrown. After a trap its state is undefined, so it must never be entered again. */
  fail(cause: unknown): KernelPanicError {
    if (!this.#panic) {
      this.#panic = new KernelPanicError(panicOf(cause), this.#recorder?.bytes())
      this.#shell?.panicked(this.#panic)
    }
    return this.#panic
  }
}
