/** Who is queued, as the page can tell from what it has asked for. The queue itself is the runtime's. */
type Place = { priority: number; since: number }

export class Line {
  readonly #newestFirst: boolean
  readonly #places = new Map<number, Place>()
  #clock = 0

  constructor(newestFirst: boolean) {
    this.#newestFirst = newestFirst
  }

  /** At the end of its priority. Who has that priority already stays. */
  join(who: number, priority: number): void {
    if (this.#places.get(who)?.priority === priority) return
    this.#places.set(who, { priority, since: this.#clock++ })
  }

  leave(who: number): void {
    this.#places.delete(who)
  }

  /** In the order in which they will start, if nobody joins. */
  order(): number[] {
    const direction = this.#newestFirst ? -1 : 1
    return [...this.#places]
      .sort(([, one], [, other]) => other.priority - one.priority || direction * (one.since - other.since))
      .map(([who]) => who)
  }
}
