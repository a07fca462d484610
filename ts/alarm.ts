/** The longest delay that setTimeout takes; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1

/** One platform timer for the kernel's next deadline. */
export class Alarm {
  readonly #ring: (deadline: number) => void
  #deadline = Number.POSITIVE_INFINITY
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param ring - told the deadline, in ms on the clock of `performance.now()`, once it has passed. */
  constructor(ring: (deadline: number) => void) {
    this.#ring = ring
  }

  /** Sets the deadline. Infinity: none. Setting the same one again costs nothing. */
  set(deadline: number): void {
    if (deadline === this.#deadline) return
    this.#deadline = deadline
    this.#arm()
  }

  #arm(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#deadline === Number.POSITIVE_INFINITY) return
    const delay = Math.max(0, this.#deadline - performance.now())
    if (delay > MAX_DELAY_MS) {
      this.#timer = setTimeout(() => this.#arm(), MAX_DELAY_MS)
    } else {
      // A timer may fire a fraction of a millisecond early by the clock, so what is due is told and not read.
      const deadline = this.#deadline
      this.#timer = setTimeout(() => {
        this.#deadline = Number.POSITIVE_INFINITY
        this.#ring(deadline)
      }, delay)
    }
  }
}
