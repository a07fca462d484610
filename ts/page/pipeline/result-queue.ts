/** The outcome of an item: a value to yield, or the error that ends the iteration when its turn comes. */
export type Outcome<V> = { readonly value: V } | { readonly error: unknown }

/** The place of an item in a queue of results. */
export type Place<V> = {
  outcome: Outcome<V> | undefined
  previous: Place<V> | undefined
  next: Place<V> | undefined
  /** Asks for the next outcome of this place, or ends the stream that has it if that is not awaited any more. */
  more: (() => void) | undefined
  /** `'loose'`: reserved, but not in the list yet. `'gone'`: taken, released or cut off. */
  state: 'loose' | 'listed' | 'gone'
}

/**
 * The results of items that have started, in the order in which they are yielded. A place joins the list when its item starts
 * (ordered), or when its outcome is known. Every operation takes constant time, except `fail` and `clear`, which take time
 * proportional to the length and run once each.
 */
export class ResultQueue<V> {
  readonly #ordered: boolean
  #head: Place<V> | undefined
  #tail: Place<V> | undefined
  #listed = 0
  #loose = 0
  /** True once the places that are still loose are no longer of interest. */
  #cut = false

  constructor(ordered: boolean) {
    this.#ordered = ordered
  }

  /** How many places wait for their outcome or to be taken. */
  get held(): number {
    return this.#listed + this.#loose
  }

  reserve(): Place<V> {
    const place: Place<V> = {
      outcome: undefined,
      previous: undefined,
      next: undefined,
      more: undefined,
      state: 'loose',
    }
    this.#loose++
    if (this.#ordered) this.#list(place)
    return place
  }

  /** Returns true if the outcome of a place is still of interest. */
  awaits(place: Place<V>): boolean {
    return place.state === 'listed' || (place.state === 'loose' && !this.#cut)
  }

  fill(place: Place<V>, value: V): void {
    if (!this.awaits(place)) return
    place.outcome = { value }
    this.#list(place)
  }

  /** Frees the place of an item that yields nothing. */
  release(place: Place<V>): void {
    if (!this.awaits(place)) return
    if (place.state === 'listed') this.#unlist(place)
    else this.#loose--
    place.state = 'gone'
  }

  /** Ends the queue at a place with an error. Everything behind it is dropped. */
  fail(place: Place<V>, error: unknown): void {
    if (!this.awaits(place)) return
    place.outcome = { error }
    this.#list(place)
    while (this.#tail && this.#tail !== place) this.#drop(this.#tail)
    this.#cut = true
    this.#loose = 0
  }

  /** Removes and returns the next outcome, if it is known. */
  take(): Outcome<V> | undefined {
    const head = this.#head
    const outcome = head?.outcome
    if (!head || !outcome) return undefined
    if (head.more && 'value' in outcome && (this.#ordered || !this.#cut)) this.#reopen(head)
    else this.#drop(head)
    head.more?.()
    return outcome
  }

  clear(): void {
    while (this.#head) this.#drop(this.#head)
    this.#cut = true
    this.#loose = 0
  }

  #reopen(place: Place<V>): void {
    place.outcome = undefined
    if (this.#ordered) return
    this.#unlist(place)
    place.state = 'loose'
    this.#loose++
  }

  #list(place: Place<V>): void {
    if (place.state === 'listed') return
    place.state = 'listed'
    place.previous = this.#tail
    if (this.#tail) this.#tail.next = place
    else this.#head = place
    this.#tail = place
    this.#loose--
    this.#listed++
  }

  #unlist(place: Place<V>): void {
    const { previous, next } = place
    if (previous) previous.next = next
    else this.#head = next
    if (next) next.previous = previous
    else this.#tail = previous
    place.previous = undefined
    place.next = undefined
    this.#listed--
  }

  #drop(place: Place<V>): void {
    this.#unlist(place)
    place.state = 'gone'
  }
}
