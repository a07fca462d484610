/** Something to post. */
export type QueuedItem = {
  /** Released once it is posted. */
  content: unknown
  state: 'queued' | 'posting' | 'posted' | 'retracted'
  /** Whether it holds objects, which may share nothing with another item and are read when it is queued. */
  readonly alone: boolean
  /** What moves with it. */
  readonly moves?: Transferable[] | undefined
}

/** Where messages come from: a Worker, the global scope inside of one, or a MessagePort. */
export type Endpoint = Target & {
  addEventListener(type: 'message' | 'messageerror', listener: (event: MessageEvent) => void): void
  removeEventListener(type: 'message' | 'messageerror', listener: (event: MessageEvent) => void): void
  /** A MessagePort's. */
  start?(): void
}

/** Where messages go. */
export type Target = {
  postMessage(message: unknown, transfer?: Transferable[]): void
}

/** The most items in one message. A longer message comes from no batched port. */
export const MAX_ITEMS = 16_384

/**
 * A message, tagged so that it can be distinguished from Comlink's on the same endpoint. The fields of all of its items are
 * flattened into one array, because nested arrays are slower to clone.
 */
type Message = { atelier: unknown[] }

type Receive = (fields: unknown[], event: MessageEvent) => void

type BatchedPortOptions<Item> = {
  /** Encodes one item: appends its fields to those of a message. */
  write: (item: Item, fields: unknown[]) => void
  /** Called with the fields of each message that arrives. They are whatever the other side sent: nothing is checked. */
  receive: Receive
  /** Called with an item that cannot be posted, perhaps before `post` returns. */
  refused: (item: Item, error: unknown) => void
  /** Called for each message that cannot be read here: in some engines it arrives as null, in others as a messageerror event. */
  unreadable: (event: MessageEvent) => void
}

/**
 * Posts what accumulates within one microtask checkpoint, or while a message is received, as one message.
 *
 * 3,000 small messages cost about 40 ms one by one and 2 ms together. An item that holds objects is posted alone and at once:
 * a structured clone of several items would keep objects that they share shared, would read them later than their sender meant
 * them, and a failed transfer could take others' objects with it. Order is kept. An item that cannot be posted is
 * refused alone; its neighbors are posted.
 */
export class BatchedPort<Item extends QueuedItem> {
  /** Where items are posted from now on. */
  target: Target
  readonly #options: BatchedPortOptions<Item>
  readonly #closers: (() => void)[] = []
  #queue: Item[] = []
  #willFlush = false
  #posting = false
  #isHeld = false

  constructor(endpoint: Endpoint, options: BatchedPortOptions<Item>) {
    this.target = endpoint
    this.#options = options
    this.listen(endpoint)
  }

  /** Also receives messages from this endpoint. */
  listen(endpoint: Endpoint, receive: Receive = this.#options.receive): void {
    const onMessage = (event: MessageEvent) => this.#receive(event, receive)
    const onMessageError = (event: MessageEvent) => this.#options.unreadable(event)
    endpoint.addEventListener('message', onMessage)
    endpoint.addEventListener('messageerror', onMessageError)
    this.#closers.push(() => {
      endpoint.removeEventListener('message', onMessage)
      endpoint.removeEventListener('messageerror', onMessageError)
    })
    endpoint.start?.()
  }

  /** Posts a new item soon, or, when it holds objects, now. */
  post(item: Item): void {
    this.#queue.push(item)
    if (item.alone) this.flush()
    else if (!this.#willFlush) {
      this.#willFlush = true
      checkpoint.then(this.#flushSoon)
    }
  }

  /** Posts nothing of its own accord, but what holds objects, until it is released. */
  hold(): void {
    this.#isHeld = true
  }

  /** Posts what has been queued meanwhile. */
  release(): void {
    this.#isHeld = false
    this.flush()
  }

  /** Cancels an item that has not been posted yet. Returns true if it was still queued. */
  retract(item: Item): boolean {
    if (item.state === 'queued') {
      item.state = 'retracted'
      item.content = undefined
    }
    return item.state === 'retracted'
  }

  /** Whether items wait for the next message. */
  get hasQueued(): boolean {
    return this.#queue.length > 0
  }

  /** Posts what is queued now. */
  flush(): void {
    // A getter in an item that is being cloned may call back: then the loop below goes on with what it has queued.
    if (this.#posting || this.#queue.length === 0) return
    const refused: [Item, unknown][] = []
    this.#posting = true
    try {
      while (this.#queue.length > 0) this.#send(this.#nextMessage(), refused)
    } finally {
      this.#posting = false
    }
    for (const [item, error] of refused) this.#options.refused(item, error)
  }

  /** Receives and posts nothing more. */
  close(): void {
    this.#queue = []
    for (const close of this.#closers.splice(0)) close()
  }

  #receive(event: MessageEvent, receive: Receive): void {
    const data = event.data as Partial<Message> | null | undefined
    if (data === null) {
      this.#options.unreadable(event)
      return
    }
    const fields = data?.atelier
    if (!Array.isArray(fields)) return
    // Comlink would take the message apart to find that it is not for it.
    event.stopImmediatePropagation()
    // What is posted meanwhile leaves before anybody's promise reactions run.
    const flushes = !this.#willFlush
    this.#willFlush = true
    try {
      receive(fields, event)
    } finally {
      if (flushes) this.#flushSoon()
    }
  }

  readonly #flushSoon = (): void => {
    this.#willFlush = false
    if (!this.#isHeld) this.flush()
  }

  /** Takes the next items that may share a message out of the queue. */
  #nextMessage(): Item[] {
    const queue = this.#queue
    let end = 0
    while (end < queue.length && end < MAX_ITEMS && !queue[end]?.alone) end++
    if (end < queue.length) return queue.splice(0, Math.max(end, 1))
    this.#queue = []
    return queue
  }

  #send(items: Item[], refused: [Item, unknown][]): void {
    const fields: unknown[] = []
    for (const item of items) {
      if (item.state === 'retracted') continue
      item.state = 'posting'
      this.#options.write(item, fields)
    }
    if (fields.length === 0) return
    try {
      this.target.postMessage({ atelier: fields } satisfies Message, items[0]?.moves)
    } catch (error) {
      for (const item of items) if (item.state === 'posting') item.state = 'queued'
      const [first, another] = items
      if (another) for (const item of items) this.#send([item], refused)
      else if (first) refused.push([first, error])
      return
    }
    for (const item of items) {
      if (item.state !== 'posting') continue
      item.state = 'posted'
      item.content = undefined
    }
  }
}

/** An already resolved promise: then() is cheaper than queueMicrotask() and runs at the same checkpoint. */
const checkpoint = Promise.resolve()
