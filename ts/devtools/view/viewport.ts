/** The shortest and the longest stretch of time that can be seen at once, in milliseconds. */
const SHORTEST = 10
const LONGEST = 120_000

/** The stretch of time that the timeline shows, on the kernel's clock. It follows the present unless it is paused. */
export class Viewport {
  /** In milliseconds. */
  span = 10_000
  #end: number | undefined

  get isPaused(): boolean {
    return this.#end !== undefined
  }

  /** The moment at its right edge. */
  end(now: number): number {
    return this.#end ?? now
  }

  pause(at: number): void {
    this.#end ??= at
  }

  resume(): void {
    this.#end = undefined
  }

  /** Moves into the past or, with a negative number, towards the present. Pauses. */
  pan(ms: number, now: number): void {
    this.#end = Math.min(now, this.end(now) - ms)
  }

  /**
   * Shows more or less time.
   *
   * @param factor - below 1: less time, more detail.
   * @param anchor - what part of the width keeps its moment, from 0 at the left. While it follows the present that is the right edge.
   */
  zoom(factor: number, anchor: number, now: number): void {
    const before = this.span
    this.span = Math.min(LONGEST, Math.max(SHORTEST, before * factor))
    if (this.#end !== undefined) {
      this.#end = Math.min(now, this.#end + (this.span - before) * (1 - anchor))
    }
  }
}
