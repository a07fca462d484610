/** The longest delay of the platform's timers; a longer one counts as 1 ms, like one below 1. */
const MAX_DELAY_MS = 2 ** 31 - 1

type Callback = (...args: unknown[]) => void

/** The object that Node's `setTimeout` returns, as far as programs use it. */
class Timer {
  readonly id: number
  readonly callback: Callback
  readonly args: unknown[]
  readonly delay: number
  readonly repeats: boolean
  readonly #start: (timer: Timer) => void
  due = 0
  #referenced = true

  constructor(
    id: number,
    callback: Callback,
    args: unknown[],
    delay: number,
    repeats: boolean,
    start: (timer: Timer) => void,
  ) {
    this.id = id
    this.callback = callback
    this.args = args
    this.delay = delay
    this.repeats = repeats
    this.#start = start
  }

  ref(): this {
    this.#referenced = true
    return this
  }

  unref(): this {
    this.#referenced = false
    return this
  }

  hasRef(): boolean {
    return this.#referenced
  }

  refresh(): this {
    this.#start(this)
    return this
  }

  [Symbol.toPrimitive](): number {
    return this.id
  }
}

/** Pending timers, with their own time. */
export class Timers {
  /** The time in ms. */
  now: number
  /** Pending timers by id, in the order in which they were started. */
  readonly #waiting = new Map<number, Timer>()
  #created = 0

  constructor(now: number) {
    this.now = now
  }

  get size(): number {
    return this.#waiting.size
  }

  /** Returns `setTimeout`, or `setInterval` if `repeats` is true. */
  starter(repeats: boolean): (callback: Callback, delay?: number, ...args: unknown[]) => Timer {
    return (callback, delay, ...args) => {
      if (typeof callback !== 'function')
        throw new TypeError(`callback must be a function, not ${String(callback)}`)
      const timer = new Timer(++this.#created, callback, args, ticks(delay), repeats, restarted =>
        this.#start(restarted),
      )
      this.#start(timer)
      return timer
    }
  }

  /** Returns `clearTimeout` or `clearInterval`, which passes timers that are not its own on to the platform. */
  stopper(platform: (timer: never) => void): (timer: unknown) => void {
    return timer => {
      if (timer instanceof Timer) this.#waiting.delete(timer.id)
      else platform(timer as never)
    }
  }

  /** Returns the first timer that is due by `until`. */
  next(until: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#waiting.values()) {
      if (timer.due <= until && (!first || timer.due < first.due)) first = timer
    }
    return first
  }

  /** Advances the time to that of the timer, and calls its callback. */
  fire(timer: Timer): void {
    this.now = Math.max(this.now, timer.due)
    this.#waiting.delete(timer.id)
    if (timer.repeats) this.#start(timer)
    timer.callback(...timer.args)
  }

  #start(timer: Timer): void {
    timer.due = this.now + timer.delay
    this.#waiting.delete(timer.id)
    this.#waiting.set(timer.id, timer)
  }
}

function ticks(delay = 1): number {
  const ms = Math.trunc(Number(delay))
  return ms >= 1 && ms <= MAX_DELAY_MS ? ms : 1
}
