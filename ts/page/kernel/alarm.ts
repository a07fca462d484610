import { now } from './clock.ts'

/** The longest delay that setTimeout takes; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1

/** A timer that fires this late was delayed by tab throttling, a busy main thread or sleep. */
const LATE_MS = 50

/** One platform timer for the kernel's next deadline. */
export class Alarm {
  readonly #ring: (deadline: number) => void
  #deadline = Number.POSITIVE_INFINITY
  /** When the timer fires. */
  #timerAt = Number.POSITIVE_INFINITY
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param ring - called with the deadline, in ms on the kernel's clock, once the clock has reached it. */
  constructor(ring: (deadline: number) => void) {
    this.#ring = ring
  }

  /**
   * Sets the deadline. Infinity: none. Setting the same one again costs nothing.
   *
   * The timer is replaced only to fire sooner. The next deadline moves away with every call that ends in time, and one
   * timer that fires too early costs less than a new timer for each of these calls.
   */
  set(deadline: number): void {
    if (deadline === this.#deadline) return
    this.#deadline = deadline
    if (deadline === Number.POSITIVE_INFINITY) this.#stop()
    else if (deadline < this.#timerAt) this.#arm(deadline)
  }

  #arm(deadline: number): void {
    this.#stop()
    // Rounded up: platforms truncate a delay to whole milliseconds and would fire early.
    const delay = Math.min(Math.max(0, Math.ceil(deadline - now())), MAX_DELAY_MS)
    this.#timerAt = deadline
    this.#timer = setTimeout(() => this.#fire(), delay)
  }

  #fire(): void {
    this.#timerAt = Number.POSITIVE_INFINITY
    const remaining = this.#deadline - now()
    // The timer ran ahead of a coarse clock, its delay was clamped, the page was frozen meanwhile, or the deadline has moved.
    if (remaining > 0) this.#arm(this.#deadline)
    // Replies that arrived while the timer was delayed are waiting in the event loop. They go first.
    else if (remaining < -LATE_MS) this.#timer = setTimeout(() => this.#reach(), 0)
    else this.#reach()
  }

  #stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#timerAt = Number.POSITIVE_INFINITY
  }

  #reach(): void {
    const deadline = this.#deadline
    this.#deadline = Number.POSITIVE_INFINITY
    this.#ring(deadline)
  }
}
