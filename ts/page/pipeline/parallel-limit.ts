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
 * @param limit - a positive integer or Infinity.
 * @param fn - receives only the item, so a task's method can be passed directly.
 * @throws RangeError or TypeError, synchronously, for an invalid argument or option.
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
