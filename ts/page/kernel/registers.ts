import {
  type ErrorKind,
  type Kernel,
  type Metric,
  Register,
  type Rejection,
  type Status,
} from './pkg/kernel.js'

const COUNT = Register.Deadline + 1

/**
 * The fields of the effect that was polled last, read out of the kernel's memory; `Register` says what each one means for
 * which effect. The next effect overwrites them, so read them at once.
 */
export class Registers {
  readonly #memory: WebAssembly.Memory
  readonly #address: number
  #numbers: Float64Array

  constructor(memory: WebAssembly.Memory, kernel: Kernel) {
    this.#memory = memory
    this.#address = kernel.registers()
    this.#numbers = this.#view()
  }

  get task(): number {
    return this.#read(Register.Task)
  }
  get call(): number {
    return this.#read(Register.Call)
  }
  get attempt(): number {
    return this.#read(Register.Attempt)
  }
  get slot(): number | undefined {
    return this.#readPresent(Register.Slot)
  }
  get worker(): number | undefined {
    return this.#readPresent(Register.Worker)
  }
  get epoch(): number {
    return this.#read(Register.Epoch)
  }
  get key(): number | undefined {
    return this.#readPresent(Register.Key)
  }
  get trace(): number {
    return this.#read(Register.Trace)
  }
  get rejection(): Rejection {
    return this.#read(Register.Rejection)
  }
  get metric(): Metric {
    return this.#read(Register.Metric)
  }
  get value(): number {
    return this.#read(Register.Value)
  }
  get started(): number {
    return this.#read(Register.Started)
  }
  get ended(): number {
    return this.#read(Register.Ended)
  }
  get queueWait(): number {
    return this.#read(Register.QueueWait)
  }
  get queueWaitLast(): number {
    return this.#read(Register.QueueWaitLast)
  }
  get status(): Status {
    return this.#read(Register.Status)
  }
  get error(): ErrorKind | undefined {
    return this.#readPresent(Register.Error)
  }
  get deadline(): number {
    return this.#read(Register.Deadline)
  }

  #read(register: Register): number {
    // Memory that grows leaves the views of its former self without a length.
    if (this.#numbers.length === 0) this.#numbers = this.#view()
    return this.#numbers[register] as number
  }

  #readPresent(register: Register): number | undefined {
    const value = this.#read(register)
    return value < 0 ? undefined : value
  }

  #view(): Float64Array {
    return new Float64Array(this.#memory.buffer, this.#address, COUNT)
  }
}
