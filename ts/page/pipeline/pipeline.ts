import { abortError, isAbortError } from '../../shared/errors/classes.ts'
import { isTaskStream } from '../streams/known-streams.ts'
import { Fifo } from './fifo.ts'
import { onNextTurn } from './next-turn.ts'
import { OpenStreams } from './open-streams.ts'
import type {
  ParallelLimitFulfilled,
  ParallelLimitIterator,
  ParallelLimitSettledResult,
  Settings,
} from './options.ts'
import { type Place, ResultQueue } from './result-queue.ts'
import { Source, type Step } from './source.ts'

/** After this many items in a row that yield nothing, the pipeline yields to the event loop before it pulls the next one. */
const ITEMS_PER_TURN = 100

type Waiter<Y> = { resolve(result: IteratorResult<Y, undefined>): void; reject(error: unknown): void }

type Entry<T, R> = { readonly key: string; readonly result: ParallelLimitSettledResult<T, R> }

/** A hand-written iterator, because the `return()` of an async generator waits for a `next()` that may never settle. */
export class Pipeline<T, R, Y extends R | ParallelLimitSettledResult<T, R>>
  implements Omit<ParallelLimitIterator<Y>, typeof Symbol.asyncDispose>
{
  declare readonly [Symbol.asyncDispose]: () => Promise<void>
  readonly #source: Source<T>
  readonly #limit: number
  readonly #fn: (item: T) => R | PromiseLike<R>
  readonly #settings: Settings<T>
  /** `'closed'`: no more items come from the source. `'over'`: nothing more is yielded. */
  #phase: 'idle' | 'open' | 'closed' | 'over' = 'idle'
  /** True while the pipeline waits for the next turn of the event loop before it pulls another item. */
  #resting = false
  /** Items that yield nothing, counted since the last result that was yielded. */
  #fruitless = 0
  readonly #results: ResultQueue<Entry<T, R>>
  /** The streams that items have returned and that are not at their end. */
  readonly #streams: OpenStreams<Entry<T, R>>
  readonly #waiting = new Fifo<Waiter<Y>>()
  /** Thrown once, after everything that can still be yielded. */
  #failure: { error: unknown } | undefined
  #closing: Promise<unknown> = Promise.resolve()
  #advancing = false
  #advanceAgain = false

  constructor(
    items: Iterable<T> | AsyncIterable<T>,
    limit: number,
    fn: (item: T) => R | PromiseLike<R>,
    settings: Settings<T>,
  ) {
    this.#source = new Source(items)
    this.#limit = limit
    this.#fn = fn
    this.#settings = settings
    this.#results = new ResultQueue(settings.ordered)
    this.#streams = new OpenStreams(this.#results)
    if (Symbol.asyncDispose === undefined) return
    Object.defineProperty(this, Symbol.asyncDispose, { value: async () => void (await this.return()) })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  start(): void {
    if (this.#phase !== 'idle') return
    this.#phase = 'open'
    const { signal } = this.#settings
    try {
      if (signal?.aborted) this.#abort()
      else signal?.addEventListener('abort', this.#abort)
    } catch (error) {
      this.#fail(error)
    }
    this.#advance()
  }

  next(): Promise<IteratorResult<Y, undefined>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.start()
      this.#advance()
    })
  }

  // biome-ignore lint/suspicious/noExplicitAny: as in ParallelLimitIterator.
  async return(value?: any): Promise<IteratorResult<Y, any>> {
    this.#failure = undefined
    this.#finish()
    this.#advance()
    if (!this.#source.owesStep) await this.#closing
    return { done: true, value: await value }
  }

  async throw(error?: unknown): Promise<never> {
    await this.return().catch(() => undefined)
    throw error
  }

  readonly #abort = (): void => {
    if (this.#isOver) return
    this.#failure = { error: abortError('The iteration was aborted.', reasonOf(this.#settings.signal)) }
    this.#finish()
    this.#advance()
  }

  /** Does what can be done now. If a user's function calls back into the iterator meanwhile, the loop runs once more. */
  #advance(): void {
    this.#advanceAgain = true
    if (this.#advancing) return
    this.#advancing = true
    while (this.#advanceAgain) {
      this.#advanceAgain = false
      this.#handOut()
      this.#startItems()
      if (this.#phase === 'closed' && this.#results.held === 0) this.#finish()
      if (this.#isOver) this.#dismiss()
    }
    this.#advancing = false
  }

  #handOut(): void {
    while (this.#waiting.size > 0) {
      const outcome = this.#results.take()
      if (!outcome) return
      if ('error' in outcome) this.#fail(outcome.error)
      else if (this.#isStillWanted(outcome.value)) {
        this.#fruitless = 0
        this.#waiting.shift()?.resolve({ done: false, value: this.#present(outcome.value.result) })
      } else this.#fruitless++
    }
  }

  /** Checks the key again: it may have been aborted while the result waited. */
  #isStillWanted({ key }: Entry<T, R>): boolean {
    try {
      return !this.#isAborted(key)
    } catch (error) {
      this.#fail(error)
      return false
    }
  }

  #present(result: ParallelLimitSettledResult<T, R>): Y {
    return (this.#settings.returnSettled ? result : (result as ParallelLimitFulfilled<T, R>).value) as Y
  }

  #startItems(): void {
    while (this.#canPull && this.#results.held < this.#limit) {
      if (this.#fruitless < ITEMS_PER_TURN) this.#source.pull(this.#accept)
      else this.#rest()
    }
  }

  get #canPull(): boolean {
    return this.#phase === 'open' && !this.#source.owesStep && !this.#resting
  }

  #rest(): void {
    this.#resting = true
    onNextTurn(() => {
      this.#resting = false
      this.#fruitless = 0
      this.#advance()
    })
  }

  readonly #accept = (step: Step<T>): void => {
    if (this.#phase === 'open') {
      if (step.kind === 'item') this.#run(step.item)
      else this.#phase = 'closed'
      if (step.kind === 'failure') this.#failure = step
    }
    this.#advance()
  }

  #run(item: T): void {
    let key = ''
    let outcome: Promise<R>
    const place = this.#results.reserve()
    try {
      key = this.#keyOf(item)
      if (this.#isAborted(key)) {
        this.#results.release(place)
        this.#fruitless++
        return
      }
      outcome = Promise.resolve(this.#fn(item))
    } catch (error) {
      outcome = Promise.reject(error)
    }
    const rejected = (reason: unknown) =>
      this.#settle(place, { key, result: { status: 'rejected', reason, item } })
    const fulfilled = (value: R) => this.#settle(place, { key, result: { status: 'fulfilled', value, item } })
    outcome.then(value => {
      if (!isTaskStream(value)) return fulfilled(value)
      this.#streams.follow(place, value, {
        onItem: streamed => fulfilled(streamed as R),
        onEnd: () => this.#advance(),
        onError: rejected,
      })
    }, rejected)
  }

  #settle(place: Place<Entry<T, R>>, entry: Entry<T, R>): void {
    if (!this.#results.awaits(place)) return
    try {
      if (this.#isWanted(entry)) this.#results.fill(place, entry)
      else {
        this.#results.release(place)
        place.more?.()
        this.#fruitless++
      }
    } catch (error) {
      this.#results.fail(place, error)
      this.#streams.leave()
      // Unless onError has ended the iteration.
      if (!this.#isOver) this.#closeSource()
    }
    this.#advance()
  }

  /** @throws the error that ends the iteration. */
  #isWanted({ key, result }: Entry<T, R>): boolean {
    if (this.#isAborted(key)) return false
    if (result.status === 'fulfilled') return true
    const { onError, returnSettled, errorPolicy, signal, abortTaskController } = this.#settings
    onError?.(result.reason, result.item)
    if (returnSettled) return true
    if (errorPolicy === 'continue') return false
    if ((signal || abortTaskController) && isAbortError(result.reason)) return false
    throw result.reason
  }

  #keyOf(item: T): string {
    const { abortTaskController, keyOf } = this.#settings
    const key: unknown = abortTaskController && keyOf?.(item)
    return typeof key === 'string' ? key : ''
  }

  #isAborted(key: string): boolean {
    return key !== '' && this.#settings.abortTaskController?.isAborted(key) === true
  }

  get #isOver(): boolean {
    return this.#phase === 'over'
  }

  #fail(error: unknown): void {
    this.#failure = { error }
    this.#finish()
  }

  /** Ends the iteration: yields nothing more and ignores items that still run. */
  #finish(): void {
    this.#results.clear()
    this.#streams.leave()
    this.#closeSource()
    this.#phase = 'over'
    try {
      this.#settings.signal?.removeEventListener('abort', this.#abort)
    } catch {
      // A user-defined signal may throw. If it aborts later, the iteration is already over.
    }
  }

  #closeSource(): void {
    if (this.#phase === 'idle' || this.#phase === 'open') this.#closing = this.#source.close()
    this.#phase = 'closed'
    // Only return() reports an error of closing; in all other cases there is an error to throw already.
    this.#closing.catch(() => undefined)
  }

  #dismiss(): void {
    for (let waiter = this.#waiting.shift(); waiter; waiter = this.#waiting.shift()) {
      if (this.#failure) waiter.reject(this.#failure.error)
      else waiter.resolve({ done: true, value: undefined })
      this.#failure = undefined
    }
  }
}

/** A user-defined signal may throw when its reason is read. */
function reasonOf(signal: AbortSignal | undefined): unknown {
  try {
    return signal?.reason
  } catch (error) {
    return error
  }
}
