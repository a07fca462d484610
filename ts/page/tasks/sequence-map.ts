/** How many numbers share a page. */
const PAGE = 256

type Page<T> = {
  readonly values: (T | undefined)[]
  /** How many values it holds. */
  size: number
}

/**
 * A map from numbers to values, for numbers that count up and are removed in roughly that order. Values are stored in pages,
 * each of them an array, so a hundred thousand open calls need no large hash table that has to grow. Empty pages are dropped.
 */
export class SequenceMap<T extends object> {
  readonly #pages = new Map<number, Page<T>>()
  #size = 0

  /** The number of values. */
  get size(): number {
    return this.#size
  }

  /** Adds a value under a number that has none yet. */
  add(number: number, value: T): void {
    const at = Math.floor(number / PAGE)
    let page = this.#pages.get(at)
    if (!page) {
      page = { values: new Array(PAGE), size: 0 }
      this.#pages.set(at, page)
    }
    page.values[number % PAGE] = value
    page.size++
    this.#size++
  }

  get(number: number): T | undefined {
    return this.#pages.get(Math.floor(number / PAGE))?.values[number % PAGE]
  }

  /** Removes and returns the value of a number. */
  take(number: number): T | undefined {
    const at = Math.floor(number / PAGE)
    const page = this.#pages.get(at)
    const value = page?.values[number % PAGE]
    if (!page || !value) return undefined
    page.values[number % PAGE] = undefined
    this.#size--
    if (--page.size === 0) this.#pages.delete(at)
    return value
  }

  /** Removes and returns all values, in the order of their numbers. */
  takeAll(): T[] {
    const pages = [...this.#pages].sort(([one], [other]) => one - other)
    this.#pages.clear()
    this.#size = 0
    return pages.flatMap(([, { values }]) => values.filter(value => value !== undefined))
  }
}
