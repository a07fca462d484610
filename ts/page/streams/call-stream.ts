import { type Attempt, type CallSeq, Reason, type TaskId } from '../kernel/boundary.ts'
import type { Host } from '../kernel/host.ts'
import { Fifo } from '../pipeline/fifo.ts'
import { discard } from '../workers/discard.ts'
import { Buffer } from './buffer.ts'
import type { StreamLimits } from './stream-options.ts'
import { afterThisTurn, noteProgress } from './turn-end.ts'

/** How a stream is read: what `next()` resolves to. */
export type Step = IteratorResult<unknown, unknown>

/** Where the call runs: gives its worker leave to send more items. */
export type Creditor = { credit(call: CallSeq, items: number): void }

/** An open `next()`. It keeps the stream from being collected as garbage. */
type Reader = {
  readonly resolve: (step: Step) => void
  readonly reject: (error: unknown) => void
  readonly stream: object
}

/** What follows once the buffer is empty: given to one `next()`, and `undefined` from then on. */
type End = { readonly error: unknown } | { readonly value: unknown }

/** Reasons that drop what has arrived: the caller, or the end of its task, has ended the call. */
const DROPPING: ReadonlySet<Reason | undefined> = new Set([
  undefined,
  Reason.Aborted,
  Reason.TimedOut,
  Reason.ItemTimedOut,
  Reason.Superseded,
  Reason.Disposed,
])

/**
 * One call whose results come one after the other, as the page has it: what has arrived and was not taken, who waits for more, and what
 * the worker may still send.
 *
 * The call rests while its loop is busy: from the end of a turn of the event loop in which an item has come and no `next()` is open,
 * until `next()` finds nothing there. The kernel decides what that means.
 */
export class CallStream {
  readonly limits: StreamLimits
  /** How many items have arrived. */
  itemCount = 0
  /** The number of the call, once it was made. */
  call: CallSeq | undefined
  readonly #host: Host
  readonly #task: TaskId
  /** Makes the call. Released once it has, because it holds the arguments. */
  #make: ((stream: CallStream) => void) | undefined
  readonly #buffer = new Buffer()
  readonly #readers = new Fifo<Reader>()
  #phase: 'unmade' | 'open' | 'over' = 'unmade'
  #end: End | undefined
  #attempt: Attempt | undefined
  #creditor: Creditor | undefined
  /** Items that the worker may still send. */
  #credit = 0
  /** Items that were taken since credit was sent. */
  #taken = 0
  #isResting = false

  /** @param make - makes the call; it sets `call`, and ends the stream with `resolve` or `reject`. */
  constructor(host: Host, task: TaskId, limits: StreamLimits, make: (stream: CallStream) => void) {
    this.#host = host
    this.#task = task
    this.limits = limits
    this.#make = make
  }

  /** How far it is: items that arrived, that were not taken yet, and that the worker may still send. */
  get state(): { itemCount: number; buffered: number; credit: number; isResting: boolean } {
    const { itemCount, limits } = this
    const credit = this.#credit
    // What the worker was allowed is credit, or has arrived: then it was taken, or it is here.
    const buffered = limits.ahead - credit - this.#taken
    return { itemCount, buffered, credit, isResting: this.#isResting }
  }

  /** @param stream - what must not be collected while this is open. */
  next(stream: object): Promise<Step> {
    noteProgress()
    if (!this.#buffer.isEmpty) {
      const step = Promise.resolve<Step>({ done: false, value: this.#buffer.shift() })
      this.#take(1)
      return step
    }
    return new Promise((resolve, reject) => {
      const reader = { resolve, reject, stream }
      if (this.#phase === 'over') {
        this.#settleWithEnd(reader)
        return
      }
      this.#readers.push(reader)
      this.#want()
    })
  }

  /** The caller leaves: what has arrived is dropped, and the call is canceled. */
  leave(): void {
    const wasOpen = this.#phase === 'open'
    this.#phase = 'over'
    this.#make = undefined
    this.#buffer.clear()
    if (this.#end && 'value' in this.#end) discard(this.#end.value)
    this.#end = undefined
    this.#endReaders()
    const { call } = this
    if (wasOpen && call !== undefined) {
      this.#host.report(() => this.#host.port.cancelCall(this.#task, call))
    }
  }

  /** An attempt was sent to a worker. */
  sent(attempt: Attempt, creditor: Creditor): void {
    this.#attempt = attempt
    this.#creditor = creditor
    this.#credit = this.limits.ahead
  }

  /** Items have arrived, in order. Returns false if they are more than the worker may send. */
  arrived(items: readonly unknown[]): boolean {
    if (items.length > this.#credit) return false
    this.#credit -= items.length
    if (this.#phase !== 'open') {
      discard(items)
      return true
    }
    const isFirst = this.itemCount === 0
    this.itemCount += items.length
    let taken = 0
    while (taken < items.length) {
      const reader = this.#readers.shift()
      if (!reader) break
      reader.resolve({ done: false, value: items[taken++] })
    }
    this.#buffer.push(items, taken)
    this.#take(taken)
    // Runs listeners, which may leave the stream.
    const { port } = this.#host
    if (isFirst) this.#report((call, attempt) => port.firstItem(this.#task, call, attempt))
    else if (this.limits.itemTimeoutMs !== undefined) {
      this.#report((call, attempt) => port.moreItems(this.#task, call, attempt))
    }
    if (this.isIdle) afterThisTurn(this)
    return true
  }

  /** The handler has returned. */
  readonly resolve = (value: unknown): void => {
    this.#finish({ value }, false)
  }

  /** The call has failed. */
  readonly reject = (error: unknown, reason?: Reason): void => {
    this.#finish({ error }, DROPPING.has(reason))
  }

  /** Whether the loop is busy. */
  get isIdle(): boolean {
    return this.#phase === 'open' && !this.#isResting && this.#readers.size === 0
  }

  /** The turn is over. */
  rest(): void {
    if (!this.isIdle) return
    this.#isResting = true
    this.#report((call, attempt) => this.#host.port.rest(this.#task, call, attempt))
  }

  /** A `next()` has found nothing: makes the call, or lets it count again. */
  #want(): void {
    if (this.#phase === 'unmade') {
      this.#phase = 'open'
      try {
        this.#make?.(this)
        this.#limitWait()
      } catch (error) {
        this.reject(error)
      }
      this.#make = undefined
    } else if (this.#isResting) {
      this.#isResting = false
      this.#report((call, attempt) => this.#host.port.resume(this.#task, call, attempt))
    }
  }

  #limitWait(): void {
    const { itemTimeoutMs } = this.limits
    if (itemTimeoutMs !== undefined && this.call !== undefined) {
      this.#host.port.limitItemWait(this.#task, this.call, itemTimeoutMs)
    }
  }

  /** Items were taken: half of what the worker may be ahead is worth a message. */
  #take(items: number): void {
    this.#taken += items
    if (this.#taken * 2 < this.limits.ahead || this.#phase !== 'open' || this.call === undefined) return
    this.#creditor?.credit(this.call, this.#taken)
    this.#credit += this.#taken
    this.#taken = 0
  }

  #finish(end: End, drops: boolean): void {
    if (this.#phase === 'over') return
    this.#phase = 'over'
    this.#end = end
    if (drops) this.#buffer.clear()
    this.#endReaders()
  }

  #endReaders(): void {
    for (let reader = this.#readers.shift(); reader; reader = this.#readers.shift())
      this.#settleWithEnd(reader)
  }

  #settleWithEnd({ resolve, reject }: Reader): void {
    const end = this.#end
    this.#end = undefined
    if (end && 'error' in end) reject(end.error)
    else resolve({ done: true, value: end?.value })
  }

  #report(input: (call: CallSeq, attempt: Attempt) => void): void {
    const { call } = this
    const attempt = this.#attempt
    if (call !== undefined && attempt !== undefined) this.#host.report(() => input(call, attempt))
  }
}
