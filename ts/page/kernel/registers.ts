/**
 * The fields of the effect that was polled last, read out of the kernel's memory. The next effect overwrites them, so read
 * them at once; boundary.ts says which position holds which field.
 */
export class Registers {
  readonly #memory: WebAssembly.Memory
  readonly #address: number
  readonly #count: number
  #numbers: Float64Array

  /** @param address - where the registers are; `count` of them. */
  constructor(memory: WebAssembly.Memory, address: number, count: number) {
    this.#memory = memory
    this.#address = address
    this.#count = count
    this.#numbers = this.#view()
  }

  number(at: number): number {
    // When the memory grows, older views of it have no length.
    if (this.#numbers.length === 0) this.#numbers = this.#view()
    return this.#numbers[at] as number
  }

  /** A number that names something. */
  id<Id extends number>(at: number): Id {
    return this.number(at) as Id
  }

  /** An id that may be absent. */
  optional<Id extends number>(at: number): Id | undefined {
    const value = this.number(at)
    return value < 0 ? undefined : (value as Id)
  }

  #view(): Float64Array {
    return new Float64Array(this.#memory.buffer, this.#address, this.#count)
  }
}
