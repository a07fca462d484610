import { postProgress, type ReplyPort } from './replies.ts'

/** At most one value leaves in this time, unless it is the last. */
const INTERVAL_MS = 16

/**
 * What one call reports about its progress, on its way to the page: the newest value, at most once in an interval, and the last one before
 * the reply.
 *
 * A value leaves at once where the interval allows it, also from a handler that never lets go of its thread: no timer fires there. One that is
 * held back is cloned when it leaves.
 */
export class Progress {
  readonly #port: ReplyPort
  readonly #call: number
  readonly #method: string
  #sentAt = Number.NEGATIVE_INFINITY
  #held: unknown
  #isHolding = false
  #hasEnded = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(port: ReplyPort, call: number, method: string) {
    this.#port = port
    this.#call = call
    this.#method = method
  }

  /** Reports a value in the place of one that is held back. */
  readonly report = (value: unknown): void => {
    if (this.#hasEnded) return
    this.#held = value
    this.#isHolding = true
    this.#sendWhenDue()
  }

  /** The call has settled: what is held back leaves before the reply. */
  end(): void {
    if (this.#hasEnded) return
    if (this.#isHolding) this.#send()
    this.cancel()
  }

  /** The call was canceled: nothing leaves any more. */
  cancel(): void {
    this.#hasEnded = true
    this.#isHolding = false
    this.#held = undefined
    clearTimeout(this.#timer)
  }

  readonly #sendWhenDue = (): void => {
    const wait = this.#sentAt + INTERVAL_MS - performance.now()
    if (wait <= 0) this.#send()
    else this.#timer ??= setTimeout(this.#onTimer, Math.min(wait, INTERVAL_MS))
  }

  /** A value may have left since the timer was set. */
  readonly #onTimer = (): void => {
    this.#timer = undefined
    if (this.#isHolding) this.#sendWhenDue()
  }

  #send(): void {
    const content = this.#held
    this.#held = undefined
    this.#isHolding = false
    this.#sentAt = performance.now()
    postProgress(this.#port, this.#call, content, this.#method)
  }
}
