import type { TaskStream } from '../../api/streams.ts'
import {
  type ParallelLimitEitherOptions,
  type ParallelLimitIterator,
  type ParallelLimitOptions,
  type ParallelLimitSettledOptions,
  type ParallelLimitSettledResult,
  readOptions,
  requireFunction,
  requireIterable,
  requireLimit,
} from './options.ts'
import { Pipeline } from './pipeline.ts'

/**
 * Runs `fn` over `items`, at most `limit` at a time, and yields the results in the order of completion or, with `ordered`, in
 * the order of the items.
 *
 * An item counts against the limit from its start until its result is taken, so memory stays flat however slow the consumer is.
 * Work starts with the first `next()`. Items are pulled from the source one by one as there is room. If the source throws, the
 * items that were started are still yielded, and then the error is thrown. Leaving the loop early closes the source, starts
 * nothing more and ignores items that still run. Items that yield nothing, however many in a row, do not block the page.
 *
 * Where `fn` returns a {@link TaskStream}, what it yields is the items of that stream: as they come or, with `ordered`, those of one
 * stream after those of the one before. A stream counts against the limit until its end, and is asked for an item when the last one
 * was taken. Leaving the loop ends the streams that are open.
 *
 * @param limit - a positive integer or Infinity.
 * @param fn - receives only the item, so a task's method can be passed directly.
 * @throws RangeError or TypeError, synchronously, for an invalid argument or option.
 */
export function parallelLimit<T, S>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  fn: (item: T) => Streamed<S> | PromiseLike<Streamed<S>>,
  options: ParallelLimitSettledOptions<T>,
): ParallelLimitIterator<ParallelLimitSettledResult<T, ItemOf<S>>>
export function parallelLimit<T, S>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  fn: (item: T) => Streamed<S> | PromiseLike<Streamed<S>>,
  options?: ParallelLimitOptions<T>,
): ParallelLimitIterator<ItemOf<S>>
export function parallelLimit<T, S>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  fn: (item: T) => Streamed<S> | PromiseLike<Streamed<S>>,
  options: ParallelLimitOptions<T> | ParallelLimitSettledOptions<T> | ParallelLimitEitherOptions<T>,
): ParallelLimitIterator<ItemOf<S> | ParallelLimitSettledResult<T, ItemOf<S>>>
export function parallelLimit<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  fn: (item: T) => R | PromiseLike<R>,
  options: ParallelLimitSettledOptions<T>,
): ParallelLimitIterator<ParallelLimitSettledResult<T, R>>
export function parallelLimit<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  fn: (item: T) => R | PromiseLike<R>,
  options?: ParallelLimitOptions<T>,
): ParallelLimitIterator<R>
export function parallelLimit<T, R, S extends boolean>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  fn: (item: T) => R | PromiseLike<R>,
  options: ParallelLimitOptions<T> | ParallelLimitSettledOptions<T> | ParallelLimitEitherOptions<T, S>,
): ParallelLimitIterator<R | ParallelLimitSettledResult<T, R>>
export function parallelLimit<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  fn: (item: T) => R | PromiseLike<R>,
  options: ParallelLimitOptions<T> | ParallelLimitSettledOptions<T> | ParallelLimitEitherOptions<T> = {},
): ParallelLimitIterator<R | ParallelLimitSettledResult<T, R>> {
  requireIterable('items', items)
  requireLimit(limit)
  requireFunction('fn', fn)
  return new Pipeline(items, limit, fn, readOptions(options))
}

/** `S`, if it is a stream. No constraint of `S`, so that both type arguments may be given for any `fn`. */
// biome-ignore lint/suspicious/noExplicitAny: what a stream gives is read off below.
type Streamed<S> = S & TaskStream<any, any>

/** What a stream yields. A function that returns `any` yields `any`. */
// biome-ignore lint/suspicious/noExplicitAny: as above.
type ItemOf<S> = 0 extends 1 & S ? any : S extends TaskStream<infer Y, any> ? Y : never

/**
 * Yields what promises resolve to, in the order of completion. The first rejection ends the iteration.
 *
 * All promises are handled from the start, so none of them is an unhandled rejection, even after the loop was left early.
 *
 * @throws TypeError, synchronously, if `promises` is not iterable.
 */
export function yieldAsCompleted<T>(
  promises: Iterable<T> | AsyncIterable<T>,
): ParallelLimitIterator<Awaited<T>> {
  requireIterable('promises', promises)
  const pipeline = new Pipeline<T, Awaited<T>, Awaited<T>>(
    promises,
    Number.POSITIVE_INFINITY,
    promise => promise as PromiseLike<Awaited<T>>,
    readOptions({}),
  )
  pipeline.start()
  return pipeline
}
