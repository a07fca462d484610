import { describe } from '../../shared/errors/describe.ts'
import type { RunRequest } from '../../shared/protocol.ts'
import { INTERVAL_MS, letMessagesIn, realNow } from '../event-loop.ts'
import { postError, postResult, type ReplyPort } from '../replies.ts'
import { type Items, isAsync } from './items.ts'
import { Outbox } from './outbox.ts'

/** Milliseconds after which collected items leave a handler that keeps its thread. */
const LINGER_MS = 1

/** Items that come within this time are quick: of such, the clock is read for one in so many. */
const QUICK_MS = 0.1
const MAX_UNSEEN = 8

/**
 * One call whose result is a stream: takes items from the handler's iterator as long as it has credit, and replies when that has ended.
 *
 * Messages are let in every few milliseconds. Once the call is canceled, the iterator is returned when it next rests, so that the handler's
 * `finally` blocks run, and the reply follows.
 */
export class StreamedCall {
  readonly #port: ReplyPort
  readonly #request: RunRequest
  readonly #items: Items
  readonly #outbox: Outbox
  readonly #onEnd: () => void
  #credit: number
  #isCanceled = false
  #wake: (() => void) | undefined
  #ranMs: number | undefined
  /** When the iterator was asked for the item that it works on, where the page wants to know how long that takes. */
  #askedAt: number | undefined
  /** When messages were let in, and when items left. The first item leaves at once. */
  #letInAt = realNow()
  #leftAt = Number.NEGATIVE_INFINITY
  /** When the clock was read, and how many items there are until it is read again. */
  #seenAt = this.#letInAt
  #unseen = 1

  /**
   * @param ranMs - how long the handler has run, where the page asked.
   * @param onEnd - called before the reply.
   */
  constructor(
    port: ReplyPort,
    request: RunRequest,
    items: Items,
    ranMs: number | undefined,
    onEnd: () => void,
  ) {
    this.#port = port
    this.#request = request
    this.#items = items
    this.#credit = request.credit
    this.#ranMs = ranMs
    this.#onEnd = onEnd
    this.#outbox = new Outbox(port, request, () => this.#wake?.())
  }

  /** How many items have been posted. */
  get sent(): number {
    return this.#outbox.sent
  }

  /** More items may be sent. */
  addCredit(items: number): void {
    this.#credit += items
    this.#wake?.()
  }

  cancel(): void {
    this.#isCanceled = true
    this.#wake?.()
  }

  /** Drives the iterator to its end, and replies. */
  async run(): Promise<void> {
    const { call, method } = this.#request
    let end: unknown
    try {
      end = await this.#drive()
    } catch (error) {
      this.#end()
      postError(this.#port, call, error, method, this.#ranMs)
      return
    }
    this.#end()
    postResult(this.#port, this.#request, end, this.#port.hasQueued, this.#ranMs)
  }

  /** Returns what the iterator returns; undefined where it is left before its end. */
  async #drive(): Promise<unknown> {
    const items = this.#items
    const isLater = isAsync(items)
    const iterator = isLater ? items[Symbol.asyncIterator]() : items
    while (!this.#isCanceled && !this.#outbox.refusal) {
      if (this.#credit === 0) {
        await this.#untilWoken()
        continue
      }
      if (this.#ranMs !== undefined) this.#askedAt = performance.now()
      const next = iterator.next()
      const step = isLater ? await next : (next as IteratorResult<unknown>)
      this.#noteTime()
      if (Object(step) !== step) throw new TypeError(`${describe(step)} is not the result of an iterator.`)
      if (step.done) return step.value
      if (this.#isCanceled) break
      this.#credit--
      this.#outbox.add(step.value)
      if (this.#mustLetMessagesIn()) await this.#letMessagesIn()
    }
    return this.#leave(iterator)
  }

  /** @throws why an item could not be sent, if that is why the iterator is left. */
  async #leave(iterator: Iterator<unknown> | AsyncIterator<unknown>): Promise<undefined> {
    const { refusal } = this.#outbox
    try {
      await iterator.return?.()
    } catch (error) {
      if (!refusal) throw error
    }
    if (refusal) throw refusal.error
  }

  async #untilWoken(): Promise<void> {
    this.#outbox.flush()
    await new Promise<void>(resolve => {
      this.#wake = resolve
    })
    this.#wake = undefined
    this.#letInAt = realNow()
  }

  /** Also posts what has been collected, where the handler takes its time. */
  #mustLetMessagesIn(): boolean {
    if (--this.#unseen > 0) return false
    const time = realNow()
    this.#unseen = time - this.#seenAt < QUICK_MS ? MAX_UNSEEN : 1
    this.#seenAt = time
    if (time - this.#leftAt >= LINGER_MS) {
      this.#leftAt = time
      this.#outbox.flush()
      this.#port.flush()
    }
    return time - this.#letInAt >= INTERVAL_MS
  }

  async #letMessagesIn(): Promise<void> {
    await letMessagesIn()
    this.#letInAt = realNow()
  }

  #noteTime(): void {
    if (this.#ranMs === undefined || this.#askedAt === undefined) return
    this.#ranMs += Math.max(0, performance.now() - this.#askedAt)
    this.#askedAt = undefined
  }

  #end(): void {
    this.#noteTime()
    this.#outbox.flush()
    this.#onEnd()
  }
}
