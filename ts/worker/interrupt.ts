import { CANCELED } from '../shared/words.ts'

/** The word of one call in the memory that its page writes to, also while the handler keeps the thread. */
export class Interrupt {
  readonly #memory: Int32Array
  readonly #index: number
  #word: Int32Array | undefined

  /** @param number - of the word, from 1 on. */
  constructor(memory: Int32Array, number: number) {
    this.#memory = memory
    this.#index = number - 1
  }

  /** The word alone, always the same object. */
  get word(): Int32Array {
    const offset = this.#index * Int32Array.BYTES_PER_ELEMENT
    this.#word ??= new Int32Array(this.#memory.buffer, offset, 1)
    return this.#word
  }

  get isSet(): boolean {
    return Atomics.load(this.#memory, this.#index) === CANCELED
  }
}
