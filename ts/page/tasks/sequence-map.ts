/** Numbers that share a page. */
const PAGE = 256

type Page<T> = {
  readonly values: (T | undefined)[]
  /** Values in it. */
  size: number
}

/**
 * Values by number, for numbers that count up and are taken in about that order: a page of them is an array, so that a
 * hundred thousand open calls cost neither a large hash table nor its growth. An empty page goes.
 */
export class SequenceMap<T extends object> {
  readonly #pages = new Map<number, Page<T>>()
  #size = 0

  /** How many values there are. */
  get size(): number {
    return this.#size
  }

  /** Adds a value under a number that has none. */
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

  /** Takes the value of a number out. */
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

  /** Takes all values out, by number. */
  takeAll(): T[] {
    const pages = [...this.#pages].sort(([one], [other]) => one - other)
    this.#pages.clear()
    this.#size = 0
    return pages.flatMap(([, { values }]) => values.filter(value => value !== undefined))
  }
}
