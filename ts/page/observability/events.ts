import type { RuntimeEvent } from '../../api/events.ts'
import { describe } from '../../shared/errors/describe.ts'

type Listener = {
  readonly notify: (event: RuntimeEvent) => void
  /** Listeners are numbered from 1 in the order in which they subscribed. */
  readonly number: number
  ended: boolean
}

/** The listeners of one runtime. */
export class Events {
  /** Replaced, never mutated: subscribing or unsubscribing during an event does not change which other listeners get it. */
  #listeners: readonly Listener[] = []
  #subscribed = 0
  readonly #changed: () => void

  /** @param changed - called whenever a listener has subscribed, and when the last one has unsubscribed. */
  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** How many listeners have ever subscribed. */
  get subscribed(): number {
    return this.#subscribed
  }

  /** True if there is a listener. */
  get observed(): boolean {
    return this.#listeners.length > 0
  }

  /**
   * Calls a listener with every event from now on, in order and synchronously. Errors that it throws are ignored.
   *
   * @returns a function that unsubscribes. Idempotent.
   * @throws TypeError when `notify` is not a function.
   */
  subscribe(notify: (event: RuntimeEvent) => void): () => void {
    if (typeof notify !== 'function')
      throw new TypeError(`listener must be a function, not ${describe(notify)}`)
    this.#subscribed++
    const listener: Listener = { notify, number: this.#subscribed, ended: false }
    this.#listeners = [...this.#listeners, listener]
    this.#changed()
    return () => {
      if (listener.ended) return
      listener.ended = true
      this.#listeners = this.#listeners.filter(other => other !== listener)
      if (!this.observed) this.#changed()
    }
  }

  /** Calls every listener with an event, except the first `known` that ever subscribed. */
  emit(event: RuntimeEvent, known = 0): void {
    for (const listener of this.#listeners) {
      if (listener.ended || listener.number <= known) continue
      try {
        listener.notify(event)
      } catch {
        // A listener's error must not disturb the runtime.
      }
    }
  }

  /** Ends every subscription. */
  stop(): void {
    for (const listener of this.#listeners) listener.ended = true
    this.#listeners = []
    this.#changed()
  }
}
