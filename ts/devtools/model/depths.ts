/** How finely the past is kept, in milliseconds. */
const STEP_MS = 20
/** About two minutes. */
const STEPS = 6_144

/** How many calls of a task were where: the highest number of each step, and what held from then on. */
export class Depths {
  /** When the step began. Increasing. */
  readonly at = new Float64Array(STEPS)
  readonly inFlight = new Float64Array(STEPS)
  readonly pending = new Float64Array(STEPS)
  readonly waiting = new Float64Array(STEPS)
  /** Numbers of steps: the next one, and the oldest that is kept. */
  next = 0

  get first(): number {
    return Math.max(0, this.next - STEPS)
  }

  index(number: number): number {
    return number % STEPS
  }

  /** Notes what holds from a moment on. */
  add(at: number, inFlight: number, pending: number, waiting: number): void {
    const last = this.index(this.next - 1)
    const isSameStep = this.next > 0 && at - (this.at[last] as number) < STEP_MS
    const index = isSameStep ? last : this.index(this.next++)
    if (!isSameStep) this.at[index] = at
    this.inFlight[index] = inFlight
    this.pending[index] = pending
    this.waiting[index] = waiting
  }

  /** The number of the last step that began by a moment, or the first one that is kept. */
  before(moment: number): number {
    let low = this.first
    let high = this.next - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.at[this.index(middle)] as number) <= moment) low = middle
      else high = middle - 1
    }
    return low
  }
}
