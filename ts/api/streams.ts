import type { AsyncDisposeSymbol } from './dispose.ts'

/**
 * The results of one call, one after the other: what a method returns that the task's `streams` names. Made for `for await`.
 *
 * The call is made by the first `next()`; until then nothing is queued, and the arguments are held. It ends when the handler returns,
 * when it fails, or when the loop is left: by `break`, `return()`, `await using` or because nobody holds the stream any more.
 */
export interface TaskStream<Y, R = undefined> extends AsyncDisposal {
  /**
   * Resolves to the next item, or, at the end, to what the handler returned. Several may be open at once; they are served in order.
   * Rejects as a call does, once, after the items that had arrived; a call that was aborted or timed out drops those.
   */
  next(): Promise<IteratorResult<Y, R>>
  /** Ends the call and resolves at once, with the value. A `next()` that is open resolves as done. */
  return(value?: R): Promise<IteratorResult<Y, R | undefined>>
  [Symbol.asyncIterator](): this
}

type AsyncDisposal = { [S in AsyncDisposeSymbol]: () => Promise<void> }

/** How a streaming method is called. */
export type StreamOptions = {
  /** How many items the worker may be ahead of the loop: a positive integer. Default 16. */
  ahead?: number | undefined
  /**
   * Milliseconds that the loop may wait for an item while the call is on a worker, which may still be starting; a positive number or `Infinity`. The
   * call is then canceled as by `timeoutMs`. Time in which the loop is busy does not count. Default: no limit.
   */
  itemTimeoutMs?: number | undefined
}

/** The stream that a call returns whose handler returns `R`. `never` if that is no generator, no iterator and no async iterable. */
export type StreamOf<R> = R extends ClonedIterable
  ? never
  : R extends AsyncGenerator<infer Y, infer End, AnyInput>
    ? TaskStream<Y, End>
    : R extends TaskStream<infer Y, infer End>
      ? TaskStream<Y, End>
      : R extends SyncIterator<infer Y, infer End>
        ? TaskStream<Y, End>
        : R extends AsyncIterable<infer Y>
          ? TaskStream<Y>
          : never

/** Async iterables that can be cloned or moved: a FileSystemDirectoryHandle and a ReadableStream. */
type ClonedIterable = { getDirectoryHandle: unknown } | { pipeThrough: unknown }

/** A generator, or another iterator. Arrays, Maps, Sets and strings have no `next`. */
type SyncIterator<Y, End> = {
  next(...args: AnyInput): IteratorResult<Y, End>
  [Symbol.iterator](): unknown
}

// biome-ignore lint/suspicious/noExplicitAny: what a generator takes from `next` is not asked for.
type AnyInput = any
