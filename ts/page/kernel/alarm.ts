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
   * The timer is moved only to fire sooner. Deadlines mostly move away, with every call that ends in time, and a timer
   * that fires too early once costs less than setting it anew for each of them.
   */
  set(deadline: number): void {
    if (deadline === this.#deadline) return
    this.#deadline = deadline
    if (deadline === Number.POSITIVE_INFINITY) this.#stop()
    else if (deadline < this.#timerAt) this.#arm(deadline)
  }

  #arm(deadline: number): void {
    this.#stop()
    // Platforms drop the fraction of a delay, and would fire early every time.
    const delay = Math.min(Math.max(0, Math.ceil(deadline - now())), MAX_DELAY_MS)
    this.#timerAt = deadline
    this.#timer = setTimeout(() => this.#fire(), delay)
  }

  #fire(): void {
    this.#timerAt = Number.POSITIVE_INFINITY
    const remaining = this.#deadline - now()
    // The timer ran ahead of a coarse clock or its delay was clamped, the page was frozen since, or the deadline has moved away.
    if (remaining > 0) this.#arm(this.#deadline)
    // Replies that came while the timer was held up are waiting in the event loop. They go first.
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
