import type { OpenCall, OpenCalls } from './open-calls.ts'

type LostCallsEvents = {
  /** Asks the worker which calls it has. Its answer comes behind all replies that it has posted. */
  ask(): void
  /** This call or its reply was in a message that could not be read. */
  onLost(call: OpenCall): void
  /** A message was unreadable, but no call was lost with it. */
  onNoneLost(): void
}

/**
 * Finds the calls of messages that could not be read, on either side.
 *
 * The platform does not say what such a message was: in Chromium it arrives as null, which an application may also have posted. So the
 * worker is asked which calls it has. Messages keep their order; so a call that was posted before the question, that the worker
 * does not name, and that is still open when the answer has arrived, was lost, or its reply was.
 */
export class LostCalls {
  readonly #open: OpenCalls
  readonly #events: LostCallsEvents
  /** While an answer is awaited: the calls that the worker has not named. */
  #unnamed: Set<OpenCall> | undefined
  #mustAskAgain = false

  constructor(open: OpenCalls, events: LostCallsEvents) {
    this.#open = open
    this.#events = events
  }

  /** A message was unreadable. */
  find(): void {
    if (this.#unnamed) {
      this.#mustAskAgain = true
      return
    }
    this.#unnamed = new Set(this.#open.posted())
    this.#events.ask()
  }

  /** The worker has this call. A stream whose items have not all arrived has lost some. Untrusted. */
  onNamed(call: unknown, sent: unknown): void {
    const open = this.#open.get(call)
    if (!open) return
    const hasAll = !open.stream || open.isAbandoned || sent === undefined || sent === open.stream.itemCount
    if (hasAll) this.#unnamed?.delete(open)
  }

  /** The worker has named all calls that it has. */
  onAnswered(): void {
    if (!this.#unnamed) return
    const lost = [...this.#unnamed].filter(open => this.#open.get(open.call) === open)
    this.#unnamed = undefined
    if (lost.length === 0) this.#events.onNoneLost()
    for (const open of lost) this.#events.onLost(open)
    if (!this.#mustAskAgain) return
    this.#mustAskAgain = false
    this.find()
  }
}
