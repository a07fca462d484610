type Node<T> = { value: T; next: Node<T> | undefined }

/** A queue with constant cost per operation, which keeps no reference to values that have left it. */
export class Fifo<T> {
  #head: Node<T> | undefined
  #tail: Node<T> | undefined
  #count = 0

  get size(): number {
    return this.#count
  }

  push(value: T): void {
    const node: Node<T> = { value, next: undefined }
    if (this.#tail) this.#tail.next = node
    else this.#head = node
    this.#tail = node
    this.#count++
  }

  shift(): T | undefined {
    const head = this.#head
    if (!head) return undefined
    this.#head = head.next
    if (!this.#head) this.#tail = undefined
    this.#count--
    return head.value
  }

  clear(): void {
    this.#head = undefined
    this.#tail = undefined
    this.#count = 0
  }
}
