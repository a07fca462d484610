/** Something to post. */
export type QueuedItem = {
  /** Released once it is posted. */
  content: unknown
  state: 'queued' | 'posted' | 'retracted'
}

/** Where messages go and come from: a Worker, the global scope inside of one, or a MessagePort. */
export type Endpoint = {
  postMessage(message: unknown, transfer?: Transferable[]): void
  addEventListener(type: 'message' | 'messageerror', listener: (event: MessageEvent) => void): void
  removeEventListener(type: 'message', listener: (event: MessageEvent) => void): void
  /** A MessagePort's. */
  start?(): void
}

/**
 * A message, tagged so that it can be distinguished from Comlink's on the same endpoint. The fields of all of its items are
 * flattened into one array, because nested arrays are slower to clone.
 */
type Message = { atelier: unknown[] }

type BatchedPortOptions<Item> = {
  /** Encodes one item: appends its fields to those of a message. */
  write: (item: Item, fields: unknown[]) => void
  /** Called with the fields of each message that arrives. They are whatever the other side sent: nothing is checked. */
  receive: (fields: unknown[]) => void
  /** Called with an item that cannot be posted, perhaps before `post` returns. */
  refused?: (item: Item, error: unknown) => void
}

/**
 * Posts what accumulates within one microtask checkpoint, or while a message is received, as one message.
 *
 * 3,000 small messages cost about 40 ms one by one and 2 ms together. Items that move objects are posted alone and at once,
 * because a failed transfer could take others' objects with it. Order is kept. An item that cannot be cloned is refused
 * alone; its neighbors are posted.
 */
export class BatchedPort<Item extends QueuedItem> {
  readonly #endpoint: Endpoint
  readonly #options: BatchedPortOptions<Item>
  #queue: Item[] = []
  #willFlush = false

  constructor(endpoint: Endpoint, options: BatchedPortOptions<Item>) {
    this.#endpoint = endpoint
    this.#options = options
    endpoint.addEventListener('message', this.#listener)
    endpoint.start?.()
  }

  /** Posts a new item soon, or, when it moves objects, now. */
  post(item: Item, moves?: Transferable[]): void {
    if (moves && moves.length > 0) {
      this.#flush()
      this.#send([item], moves)
      return
    }
    this.#queue.push(item)
    if (this.#willFlush) return
    this.#willFlush = true
    checkpoint.then(this.#flush)
  }

  /** Cancels an item that has not been posted yet. Returns true if it was still queued. */
  retract(item: Item): boolean {
    if (item.state === 'queued') {
      item.state = 'retracted'
      item.content = undefined
    }
    return item.state === 'retracted'
  }

  /** Receives and posts nothing more. */
  close(): void {
    this.#queue = []
    this.#endpoint.removeEventListener('message', this.#listener)
  }

  readonly #listener = (event: MessageEvent): void => {
    const fields = (event.data as Partial<Message> | null | undefined)?.atelier
    if (!Array.isArray(fields)) return
    // Comlink would take the message apart to find that it is not for it.
    event.stopImmediatePropagation()
    // What is posted meanwhile leaves before anybody's promise reactions run.
    const flushes = !this.#willFlush
    this.#willFlush = true
    this.#options.receive(fields)
    if (flushes) this.#flush()
  }

  readonly #flush = (): void => {
    this.#willFlush = false
    const items = this.#queue
    if (items.length === 0) return
    this.#queue = []
    this.#send(items)
  }

  #send(items: Item[], moves?: Transferable[]): void {
    const fields: unknown[] = []
    for (const item of items) {
      if (item.state === 'retracted') continue
      item.state = 'posted'
      this.#options.write(item, fields)
    }
    if (fields.length === 0) return
    try {
      this.#endpoint.postMessage({ atelier: fields } satisfies Message, moves)
    } catch (error) {
      const [first, another] = items
      if (another) for (const item of items) this.#send([item])
      else if (first) this.#options.refused?.(first, error)
      return
    }
    for (const item of items) item.content = undefined
  }
}

/** An already resolved promise: then() is cheaper than queueMicrotask() and runs at the same checkpoint. */
const checkpoint = Promise.resolve()
