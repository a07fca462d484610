/** Runs in a row of a method that were over at once. */
type Runs = { readonly method: string; quick: number }

/** So many, and the next one is expected to be over at once, too. */
const KNOWN_QUICK = 16

/** Runs that are remembered, so that one slow run among many leaves a method known as quick. */
const MAX_RUNS = 64

/** The part of its runs that a slow one leaves. */
const LEFT_BY_SLOW = 1 / 4

/** Ticks of `Date.now()`: one may pass within a microsecond, two cannot pass within a millisecond. */
const SLOW_MS = 2

/** Between calls that are known to be quick, the clock is read once in so many. */
const UNTIMED = 16

/** Methods that are remembered. */
const MAX_METHODS = 1_000

/**
 * Decides whether replies leave before the next call of a message starts, so that a finished call does not wait for a long one.
 *
 * They do unless the next call's method has been quick many times in a row, and in any case once they have waited for a few
 * milliseconds. Calls that are over in a microsecond keep sharing messages: replies that are split stay split, because what the page
 * sends next is split likewise.
 */
export class Pace {
  readonly #methods = new Map<string, Runs>()
  #running: Runs | undefined
  #untimed = 0
  /** When the clock was read before a call of this message, and when its replies left. */
  #readAt = Number.NaN
  #leftAt = Number.NaN

  /** A message begins. */
  begin(): void {
    this.#running = undefined
    this.#readAt = Number.NaN
    this.#leftAt = Number.NaN
  }

  /** The next call of the message is about to start. Returns true if what has been replied should leave before. */
  next(method: string): boolean {
    const before = this.#running
    const runs = before?.method === method ? before : this.#runsOf(method)
    this.#running = runs
    if (before === undefined) return false
    const isKnown = before.quick >= KNOWN_QUICK && runs.quick >= KNOWN_QUICK
    if (isKnown && ++this.#untimed % UNTIMED !== 0) return false
    return this.#time(before, runs)
  }

  #time(before: Runs, next: Runs): boolean {
    const now = Date.now()
    const took = now - this.#readAt
    this.#readAt = now
    if (took === 0) before.quick = Math.min(before.quick + 1, MAX_RUNS)
    else if (took >= SLOW_MS) this.#doubt()
    const hasWaited = now - this.#leftAt >= SLOW_MS
    if (Number.isNaN(this.#leftAt)) this.#leftAt = now
    if (next.quick >= KNOWN_QUICK && !hasWaited) return false
    this.#leftAt = now
    return true
  }

  /** One of the calls since the clock was read was slow; which one is not known. It may also have been the system that paused. */
  #doubt(): void {
    for (const runs of this.#methods.values()) runs.quick *= LEFT_BY_SLOW
  }

  #runsOf(method: string): Runs {
    let runs = this.#methods.get(method)
    if (!runs) {
      if (this.#methods.size >= MAX_METHODS) this.#methods.clear()
      runs = { method, quick: 0 }
      this.#methods.set(method, runs)
    }
    return runs
  }
}
