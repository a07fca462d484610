/** The longest delay of the platform's timers; a longer one counts as 1 ms, like one below 1. */
const MAX_DELAY_MS = 2 ** 31 - 1

type Callback = (...args: unknown[]) => void

/** What Node's `setTimeout` gives, as far as programs use it. */
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

/** The timers that wait, on a time of their own. */
export class Timers {
  /** The time in ms. */
  now: number
  /** In the order in which they were started. */
  readonly #waiting = new Map<number, Timer>()
  #created = 0

  constructor(now: number) {
    this.now = now
  }

  get size(): number {
    return this.#waiting.size
  }

  /** `setTimeout`, or `setInterval` when timers repeat. */
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

  /** `clearTimeout` or `clearInterval`; hands what is none of its own to the platform's. */
  stopper(platform: (timer: never) => void): (timer: unknown) => void {
    return timer => {
      if (timer instanceof Timer) this.#waiting.delete(timer.id)
      else platform(timer as never)
    }
  }

  /** The timer that is due first, among those due by a moment. */
  next(until: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#waiting.values()) {
      if (timer.due <= until && (!first || timer.due < first.due)) first = timer
    }
    return first
  }

  /** Calls back at the time when the timer is due. */
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
