/** A cancellation key. The empty string means "no key". */
export type AbortKey = string

/** What a handler is given as its last argument. */
export type TaskContext = {
  /** Aborts when the call is cancelled. */
  signal: AbortSignal
  key?: AbortKey
  callId: string
  /** Throws an AbortError once the call is cancelled. */
  throwIfAborted: () => void
}
