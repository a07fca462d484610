import { Fifo } from '../pipeline/fifo.ts'
import { discard } from '../workers/discard.ts'

/** Items that have arrived and were not taken, in the lists in which they came. */
export class Buffer {
  #first: readonly unknown[] = []
  /** Where the next item is in the first list. */
  #at = 0
  readonly #others = new Fifo<readonly unknown[]>()

  get isEmpty(): boolean {
    return this.#at === this.#first.length
  }

  /** Adds the items of a list from one on. The list is the buffer's from now on. */
  push(items: readonly unknown[], from: number): void {
    if (from === items.length) return
    if (this.isEmpty) {
      this.#first = items
      this.#at = from
    } else this.#others.push(from === 0 ? items : items.slice(from))
  }

  /** Takes the next item out of a buffer that has one. */
  shift(): unknown {
    const item = this.#first[this.#at++]
    if (this.isEmpty) this.#next()
    return item
  }

  /** Drops what is left. What can be closed is closed. */
  clear(): void {
    while (!this.isEmpty) {
      discard(this.#first.slice(this.#at))
      this.#next()
    }
  }

  #next(): void {
    this.#first = this.#others.shift() ?? []
    this.#at = 0
  }
}
