import type { AbortTaskController } from '../../api/runtime.ts'
import { abortError, isAbortError } from '../../shared/errors/classes.ts'
import { Fifo } from './fifo.ts'

type CommonOptions<T> = {
  /** Called for every item that fails, unless its key is aborted. What it throws ends the iteration. */
  onError?: ((error: unknown, item: T) => void) | undefined
  /** Ends the iteration with an AbortError whose `cause` is the signal's reason. Results not yet taken are dropped. */
  signal?: AbortSignal | undefined
  /** Items whose key is aborted are not started, and their results are not yielded. Takes effect with `keyOf`. */
  abortTaskController?: Pick<AbortTaskController, 'isAborted'> | undefined
  /** The cancellation key of an item; an empty string or a non-string means "no key". A throw is a failure of that item. */
  keyOf?: ((item: T) => string) | undefined
}

export type ParallelLimitOptions<T> = CommonOptions<T> & {
  /**
   * `'fail-fast'` (default): the first failure ends the iteration, after the results that came before it. `'continue'`:
   * failures are told to `onError` and skipped. With `signal` or `abortTaskController`, an AbortError is always skipped.
   */
  errorPolicy?: 'fail-fast' | 'continue' | undefined
  returnSettled?: false | undefined
}

/** Yields failures too, AbortErrors among them, as results with their item. */
export type ParallelLimitSettledOptions<T> = CommonOptions<T> & { returnSettled: true }

export type ParallelLimitFulfilled<T, R> = { status: 'fulfilled'; value: R; item: T }

export type ParallelLimitRejected<T> = { status: 'rejected'; reason: unknown; item: T }

export type ParallelLimitSettledResult<T, R> = ParallelLimitFulfilled<T, R> | ParallelLimitRejected<T>

/**
 * Runs `fn` over `items`, at most `limit` at a time, and yields the results in the order of completion.
 *
 * An item counts against the limit from its start until its result is taken, so a slow consumer holds memory flat. Work starts
 * with the first `next()`. Items are pulled one by one as there is room; when pulling throws, what was started is still
 * yielded and then the error is thrown. Leaving the loop early closes the source, starts nothing more and ignores what the
 * items still running do.
 *
 * @param limit - a whole number of at least 1, or Infinity.
 * @param fn - is given the item alone, so that a task's method can be passed as it is.
 * @throws RangeError or TypeError, at once, for an argument that makes no sense.
 */
export function parallelLimit<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  fn: (item: T) => R | PromiseLike<R>,
  options: ParallelLimitSettledOptions<T>,
): AsyncIterableIterator<ParallelLimitSettledResult<T, R>>
export function parallelLimit<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  fn: (item: T) => R | PromiseLike<R>,
  options?: ParallelLimitOptions<T>,
): AsyncIterableIterator<R>
export function parallelLimit<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  fn: (item: T) => R | PromiseLike<R>,
  options: ParallelLimitOptions<T> | ParallelLimitSettledOptions<T> = {},
): AsyncIterableIterator<R | ParallelLimitSettledResult<T, R>> {
  requireIterable('items', items)
  if (!(Number.isInteger(limit) && limit >= 1) && limit !== Number.POSITIVE_INFINITY) {
    throw new RangeError(`limit must be a whole number of at least 1, or Infinity; got ${String(limit)}.`)
  }
  if (typeof fn !== 'function') throw new TypeError(`fn must be a function; got ${typeof fn}.`)
  const { errorPolicy = 'fail-fast' } = options as ParallelLimitOptions<T>
  if (errorPolicy !== 'fail-fast' && errorPolicy !== 'continue') {
    throw new RangeError(`errorPolicy must be "fail-fast" or "continue"; got ${String(errorPolicy)}.`)
  }
  return new Pipeline(items, limit, fn, options)
}

/**
 * Yields what promises resolve to, in the order of completion. The first rejection ends the iteration.
 *
 * All promises are watched from the call on, so none of them is an unhandled rejection, not even after leaving the loop early.
 */
export function yieldAsCompleted<T>(
  promises: Iterable<T> | AsyncIterable<T>,
): AsyncIterableIterator<Awaited<T>> {
  requireIterable('promises', promises)
  const pipeline = new Pipeline<T, Awaited<T>, Awaited<T>>(
    promises,
    Number.POSITIVE_INFINITY,
    promise => promise as PromiseLike<Awaited<T>>,
    {},
  )
  pipeline.start()
  return pipeline
}

type Waiter<Y> = { resolve(result: IteratorResult<Y, undefined>): void; reject(error: unknown): void }

/** A hand-written iterator, because the `return()` of an async generator waits for a `next()` that may never settle. */
class Pipeline<T, R, Y extends R | ParallelLimitSettledResult<T, R>>
  implements AsyncIterableIterator<Y, undefined>
{
  readonly #items: Iterable<T> | AsyncIterable<T>
  readonly #isAsync: boolean
  readonly #limit: number
  readonly #fn: (item: T) => R | PromiseLike<R>
  readonly #options: ParallelLimitOptions<T> | ParallelLimitSettledOptions<T>
  /** `exhausted`: the source has no more. `stopped`: what still runs is of no interest. */
  #phase: 'idle' | 'open' | 'exhausted' | 'stopped' = 'idle'
  #iterator: Iterator<T> | AsyncIterator<T> | undefined
  #pulling = false
  #running = 0
  readonly #ready = new Fifo<{ key: string; result: ParallelLimitSettledResult<T, R> }>()
  readonly #waiting = new Fifo<Waiter<Y>>()
  /** Thrown once, after everything that is ready. */
  #failure: { error: unknown } | undefined
  #closing: Promise<unknown> = Promise.resolve()

  constructor(
    items: Iterable<T> | AsyncIterable<T>,
    limit: number,
    fn: (item: T) => R | PromiseLike<R>,
    options: ParallelLimitOptions<T> | ParallelLimitSettledOptions<T>,
  ) {
    this.#items = items
    this.#limit = limit
    this.#fn = fn
    this.#options = options
    this.#isAsync = hasMethod(items, Symbol.asyncIterator)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  start(): void {
    if (this.#phase !== 'idle') return
    this.#phase = 'open'
    const { signal } = this.#options
    if (signal?.aborted) {
      this.#abort()
      return
    }
    signal?.addEventListener('abort', this.#abort)
    try {
      this.#iterator = this.#isAsync
        ? (this.#items as AsyncIterable<T>)[Symbol.asyncIterator]()
        : (this.#items as Iterable<T>)[Symbol.iterator]()
    } catch (error) {
      this.#exhaust({ error })
    }
    this.#advance()
  }

  next(): Promise<IteratorResult<Y, undefined>> {
    this.start()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#advance()
    })
  }

  /** Resolves when the source has closed, or at once while the source owes an item, which it may never give. */
  async return(): Promise<IteratorResult<Y, undefined>> {
    this.#ready.clear()
    this.#stop()
    this.#failure = undefined
    this.#advance()
    if (!this.#pulling) await this.#closing
    return { done: true, value: undefined }
  }

  readonly #abort = (): void => {
    this.#ready.clear()
    this.#failure = { error: abortError('The iteration was aborted.', this.#options.signal?.reason) }
    this.#stop()
    this.#advance()
  }

  /** Hands out what is ready, starts what there is room for, and ends when nothing more can come. */
  #advance(): void {
    while (this.#waiting.size > 0) {
      const result = this.#takeWanted()
      if (!result) break
      this.#waiting.shift()?.resolve({ done: false, value: this.#present(result) })
    }
    while (this.#phase === 'open' && !this.#pulling && this.#held < this.#limit) this.#pull()
    const isOver = this.#isStopped || (this.#phase === 'exhausted' && this.#running === 0)
    if (isOver && this.#ready.size === 0) this.#conclude()
  }

  /** The key may have been aborted while the result lay here. */
  #takeWanted(): ParallelLimitSettledResult<T, R> | undefined {
    for (let entry = this.#ready.shift(); entry; entry = this.#ready.shift()) {
      if (!this.#isAborted(entry.key)) return entry.result
    }
    return undefined
  }

  #present(result: ParallelLimitSettledResult<T, R>): Y {
    return (this.#options.returnSettled ? result : (result as ParallelLimitFulfilled<T, R>).value) as Y
  }

  #pull(): void {
    try {
      const step = (this.#iterator as Iterator<T> | AsyncIterator<T>).next()
      if (this.#isAsync) this.#await(step as Promise<IteratorResult<T>>)
      else this.#accept(step as IteratorResult<T>)
    } catch (error) {
      this.#exhaust({ error })
    }
  }

  #await(step: Promise<IteratorResult<T>>): void {
    this.#pulling = true
    Promise.resolve(step)
      .then(result => this.#accept(result))
      .catch((error: unknown) => this.#exhaust({ error }))
      .then(() => {
        this.#pulling = false
        this.#advance()
      })
  }

  #accept(step: IteratorResult<T>): void {
    if (this.#phase !== 'open') return
    if (step.done) this.#exhaust()
    else this.#run(step.value)
  }

  #exhaust(failure?: { error: unknown }): void {
    if (this.#phase !== 'open') return
    this.#failure ??= failure
    this.#iterator = undefined
    this.#phase = 'exhausted'
  }

  #run(item: T): void {
    let key = ''
    let outcome: Promise<R>
    try {
      key = this.#keyOf(item)
      if (this.#isAborted(key)) return
      outcome = Promise.resolve(this.#fn(item))
    } catch (error) {
      outcome = Promise.reject(error)
    }
    this.#running++
    outcome.then(
      value => this.#settle(key, { status: 'fulfilled', value, item }),
      (reason: unknown) => this.#settle(key, { status: 'rejected', reason, item }),
    )
  }

  #settle(key: string, result: ParallelLimitSettledResult<T, R>): void {
    if (this.#isStopped) return
    this.#running--
    try {
      // onError may have ended the iteration.
      if (this.#isYielded(key, result) && !this.#isStopped) this.#ready.push({ key, result })
    } catch (error) {
      if (!this.#isStopped) {
        this.#failure ??= { error }
        this.#stop()
      }
    }
    this.#advance()
  }

  /** @throws what ends the iteration. */
  #isYielded(key: string, result: ParallelLimitSettledResult<T, R>): boolean {
    if (this.#isAborted(key)) return false
    if (result.status === 'fulfilled') return true
    const { onError, returnSettled, signal, abortTaskController } = this.#options
    onError?.(result.reason, result.item)
    if (returnSettled) return true
    if (this.#options.errorPolicy === 'continue') return false
    if ((signal || abortTaskController) && isAbortError(result.reason)) return false
    throw result.reason
  }

  #keyOf(item: T): string {
    const { abortTaskController, keyOf } = this.#options
    const key: unknown = abortTaskController && keyOf?.(item)
    return typeof key === 'string' ? key : ''
  }

  #isAborted(key: string): boolean {
    return key !== '' && this.#options.abortTaskController?.isAborted(key) === true
  }

  /** What counts against the limit. */
  get #held(): number {
    return this.#running + this.#ready.size
  }

  get #isStopped(): boolean {
    return this.#phase === 'stopped'
  }

  #stop(): void {
    this.#phase = 'stopped'
    this.#options.signal?.removeEventListener('abort', this.#abort)
    const iterator = this.#iterator
    this.#iterator = undefined
    this.#closing = new Promise(resolve => resolve(iterator?.return?.()))
    // Only return() reports how the closing went; elsewhere an error is on its way already.
    this.#closing.catch(() => undefined)
  }

  #conclude(): void {
    if (!this.#isStopped) this.#stop()
    for (let waiter = this.#waiting.shift(); waiter; waiter = this.#waiting.shift()) {
      if (this.#failure) waiter.reject(this.#failure.error)
      else waiter.resolve({ done: true, value: undefined })
      this.#failure = undefined
    }
  }
}

function requireIterable(name: string, value: unknown): void {
  if (hasMethod(value, Symbol.asyncIterator) || hasMethod(value, Symbol.iterator)) return
  throw new TypeError(
    `${name} must be an iterable or an async iterable; got ${value === null ? 'null' : typeof value}.`,
  )
}

function hasMethod(value: unknown, key: symbol): boolean {
  if (value === null || value === undefined) return false
  return typeof (value as Record<symbol, unknown>)[key] === 'function'
}
