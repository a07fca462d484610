import { isPlainPrimitive, resultToWire } from '../../shared/arguments.ts'
import { ReplyKind, type RunRequest } from '../../shared/protocol.ts'
import { copyIfSmall } from '../../shared/small.ts'
import { explainUncloneable } from '../../shared/uncloneable.ts'
import { type ReplyPort, unsendable } from '../replies.ts'

/** So many microtasks in a row without an item, and the stream is taken to wait for something. */
const QUIET_TICKS = 16

/**
 * The items of a stream on their way to the page.
 *
 * Primitive items and copies of small objects that come within one microtask checkpoint share a message. Everything else is posted when it is
 * added, which is when it is cloned: the handler may change it afterwards.
 */
export class Outbox {
  /** How many items have been posted. */
  sent = 0
  /** Why an item could not be sent: the stream is at its end. */
  refusal: { readonly error: TypeError } | undefined
  readonly #port: ReplyPort
  readonly #request: RunRequest
  readonly #onRefused: () => void
  #batch: unknown[] = []
  #isWatching = false
  /** How long the batch was when it was looked at, and how often it will be looked at again while it stays so. */
  #seen = 0
  #ticks = 0

  /** @param onRefused - called when items cannot be sent; perhaps some time after they were added. */
  constructor(port: ReplyPort, request: RunRequest, onRefused: () => void) {
    this.#port = port
    this.#request = request
    this.#onRefused = onRefused
  }

  /** Adds an item. One that cannot be sent is refused, perhaps at once; those before it are posted then. */
  add(item: unknown): void {
    if (isPlainPrimitive(item)) this.#collect(item)
    else this.#addObject(item)
  }

  /** Posts what has been collected, behind what is queued on the port. */
  flush(): void {
    if (this.#batch.length === 0) return
    const batch = this.#batch
    this.#batch = []
    this.#seen = 0
    this.#post(ReplyKind.items, batch, batch.length, undefined)
  }

  #addObject(item: unknown): void {
    try {
      const { value, handler, transfer } = resultToWire(item, this.#request.keepResult)
      const copy = handler === undefined && transfer.length === 0 ? copyIfSmall([value]) : undefined
      if (copy) {
        this.#collect(copy[0])
        return
      }
      this.flush()
      if (handler === undefined) this.#post(ReplyKind.items, [value], 1, transfer)
      else this.#post(ReplyKind.claimedItem, [handler, value], 1, transfer)
    } catch (error) {
      // A transfer handler or a getter has thrown.
      this.flush()
      this.#refuse(error)
    }
  }

  #collect(item: unknown): void {
    this.#batch.push(item)
    if (this.#isWatching) return
    this.#isWatching = true
    checkpoint.then(this.#watch)
  }

  /** An async generator takes some microtasks from one item to the next, so the batch is posted when none has come for a few. */
  readonly #watch = (): void => {
    if (this.#batch.length !== this.#seen) {
      this.#seen = this.#batch.length
      this.#ticks = QUIET_TICKS
    }
    if (this.#seen > 0 && --this.#ticks > 0) {
      checkpoint.then(this.#watch)
      return
    }
    this.#isWatching = false
    this.flush()
  }

  /** @param moves - what moves with an item that has the message for itself; undefined for a batch. */
  #post(kind: number, content: unknown[], count: number, moves: Transferable[] | undefined): void {
    const { call, method } = this.#request
    this.sent += count
    this.#port.post({
      call,
      kind: kind as typeof ReplyKind.items,
      content,
      method,
      ranMs: undefined,
      state: 'queued',
      alone: moves !== undefined,
      moves,
      refused: error => {
        this.sent -= count
        this.#refuse(error, explainUncloneable(content[0], 'item', moves))
      },
    })
  }

  #refuse(error: unknown, why?: string): void {
    this.refusal ??= { error: unsendable(`Item ${this.sent} of "${this.#request.method}"`, error, why) }
    this.#onRefused()
  }
}

const checkpoint = Promise.resolve()
