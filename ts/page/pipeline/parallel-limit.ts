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
 * Work starts with the first `next()`. Items are pulled from the source one by one as there is room; when pulling throws, what
 * was started is still yielded and then the error is thrown. Leaving the loop early closes the source, starts nothing more and
 * ignores what the items still running do. Items of which nothing is yielded, however many come in a row, do not block the page.
 *
 * @param limit - a positive integer or Infinity.
 * @param fn - receives the item alone, so a task's method can be passed as it is.
 * @throws RangeError or TypeError, at once, for an argument or option that is not valid.
 */
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

/**
 * Yields what promises resolve to, in the order of completion. The first rejection ends the iteration.
 *
 * All promises are watched from the call on, so none of them is an unhandled rejection, even after the loop was left early.
 *
 * @throws TypeError, at once, if `promises` is not iterable.
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
