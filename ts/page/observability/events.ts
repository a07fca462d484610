import type { RuntimeEvent } from '../../api/events.ts'
import { describe } from '../../shared/errors/describe.ts'

type Listener = {
  readonly notify: (event: RuntimeEvent) => void
  /** Listeners are numbered in the order in which they came, from 1 on. */
  readonly number: number
  ended: boolean
}

/** The listeners of one runtime. */
export class Events {
  /** Replaced, never changed: a listener that comes or goes while an event is emitted does not change who else hears it. */
  #listeners: readonly Listener[] = []
  #came = 0
  readonly #changed: () => void

  /** @param changed - called whenever a listener has come, and when the last one has gone. */
  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** How many listeners have ever come. */
  get came(): number {
    return this.#came
  }

  /** Whether somebody listens. */
  get heard(): boolean {
    return this.#listeners.length > 0
  }

  /**
   * Calls a listener with every event from now on, in order and synchronously. What it throws is ignored.
   *
   * @returns how to end that. Idempotent.
   * @throws TypeError when it is not a function.
   */
  subscribe(notify: (event: RuntimeEvent) => void): () => void {
    if (typeof notify !== 'function')
      throw new TypeError(`listener must be a function, not ${describe(notify)}`)
    this.#came++
    const listener: Listener = { notify, number: this.#came, ended: false }
    this.#listeners = [...this.#listeners, listener]
    this.#changed()
    return () => {
      if (listener.ended) return
      listener.ended = true
      this.#listeners = this.#listeners.filter(other => other !== listener)
      if (!this.heard) this.#changed()
    }
  }

  /** Hands an event to every listener, or only to those who came after the first `known` of them. */
  emit(event: RuntimeEvent, known = 0): void {
    for (const listener of this.#listeners) {
      if (listener.ended || listener.number <= known) continue
      try {
        listener.notify(event)
      } catch {
        // A listener never disturbs the runtime.
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
