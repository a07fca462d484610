import type { AbortKey, TaskContext } from '../api/types.ts'
import { abortError } from '../shared/errors/classes.ts'

/** What a handler is given as its last argument. Most handlers never look at the signal, so it is made when one does. */
export class Context implements TaskContext {
  readonly callId: string
  declare readonly key?: AbortKey
  #controller: AbortController | undefined
  #aborted = false

  constructor(callId: string, key: AbortKey | undefined) {
    this.callId = callId
    if (key) this.key = key
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#aborted) this.#controller.abort(this.#reason())
    return this.#controller.signal
  }

  /** A function that may be taken off the context. */
  get throwIfAborted(): () => void {
    return () => {
      if (this.#aborted) throw this.#reason()
    }
  }

  abort(): void {
    this.#aborted = true
    this.#controller?.abort(this.#reason())
  }

  #reason(): unknown {
    return this.#controller?.signal.reason ?? abortError(`Call "${this.callId}" was canceled.`)
  }
}
