/** A cancellation key. The empty string means "no key". */
export type AbortKey = string

/** The last argument of every handler, unless its worker was made with `{ context: false }`. Valid until the call has ended. */
export type TaskContext = {
  /** Aborts when the call is canceled; its reason is an AbortError. */
  signal: AbortSignal
  /** The cancellation key of the call. Absent if it has none. */
  key?: AbortKey
  /** Unique among the calls of a runtime; the same in span events. A call that is sent again after a crash keeps it. */
  callId: string
  /**
   * The trace that the call belongs to, as the `traceparent` of a W3C trace context: a worker's own instrumentation joins by it, and so does a
   * server to which it is sent as a header. Absent unless the call has a trace that is sampled.
   */
  readonly traceparent?: string
  /** Throws an AbortError once the call is canceled. Can be taken off the context. */
  throwIfAborted: () => void
  /**
   * Whether the call is canceled, now: a copy of the context keeps what it was. Once true, it stays true. On a cross-origin isolated page it
   * turns true in the middle of synchronous code, too, as does `throwIfAborted`.
   */
  readonly aborted: boolean
  /**
   * Shared memory of one word that reads 0, and 2 once the call is canceled: for loops in wasm, or Pyodide's `setInterruptBuffer`. Absent
   * unless the page is cross-origin isolated.
   */
  readonly interrupt?: Int32Array
  /**
   * Lets messages in if the last time was 8 ms ago, else returns at once: cheap enough for every row of a long loop. Rejects with the
   * AbortError once the call is canceled. Can be taken off the context.
   */
  yield: () => Promise<void>
  /**
   * Reports how far the call is, to the `onProgress` of its caller. Any value that can be cloned; of several within 16 ms the newest, and
   * always the last one, before the result. Does nothing where nobody listens. Can be taken off the context.
   */
  report: (value: unknown) => void
  /** Which of the task's workers runs the call: 0 to `poolSize` − 1. */
  readonly workerIndex: number
  /**
   * Asks for this worker to be replaced, because its memory has grown too much for example. Later calls go to other workers; this one and
   * the others that are on it end normally, and then the worker is terminated. That is no crash. Does nothing once the call has
   * ended. Can be taken off the context.
   */
  retire: () => void
}
