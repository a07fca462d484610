/** Something to post. */
export type Parcel = {
  /** Let go once it is posted. */
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

/** A message of a lane, told apart from Comlink's on the same endpoint. The words of its parcels lie flat in it: arrays in arrays cost more. */
type Message = { atelier: unknown[] }

type LaneOptions<P> = {
  /** Appends the words of a parcel to those of a message. */
  write: (parcel: P, words: unknown[]) => void
  /** Called with each message that arrives. Its words are whatever the other side sent: nothing is checked. */
  receive: (words: unknown[]) => void
  /** Called with a parcel that cannot be posted, perhaps before `post` returns. */
  refused?: (parcel: P, error: unknown) => void
}

/**
 * Posts what accumulates within one microtask checkpoint, or while a message is received, as one message.
 *
 * 3,000 small messages cost about 40 ms one by one and 2 ms together (pitfalls, row 24). Parcels that move objects are
 * posted alone and at once, because a failed transfer could take others' objects with it. Order is kept. A parcel that
 * cannot be cloned is refused alone; its neighbours are posted.
 */
export class Lane<P extends Parcel> {
  readonly #endpoint: Endpoint
  readonly #options: LaneOptions<P>
  #queue: P[] = []
  #willFlush = false

  constructor(endpoint: Endpoint, options: LaneOptions<P>) {
    this.#endpoint = endpoint
    this.#options = options
    endpoint.addEventListener('message', this.#listener)
    endpoint.start?.()
  }

  /** Posts a new parcel soon, or, when it moves objects, now. */
  post(parcel: P, moves?: Transferable[]): void {
    if (moves && moves.length > 0) {
      this.#flush()
      this.#send([parcel], moves)
      return
    }
    this.#queue.push(parcel)
    if (this.#willFlush) return
    this.#willFlush = true
    checkpoint.then(this.#flush)
  }

  /** Takes back a parcel that has not left. Answers whether it did not leave. */
  retract(parcel: P): boolean {
    if (parcel.state === 'queued') {
      parcel.state = 'retracted'
      parcel.content = undefined
    }
    return parcel.state === 'retracted'
  }

  /** Receives and posts nothing more. */
  close(): void {
    this.#queue = []
    this.#endpoint.removeEventListener('message', this.#listener)
  }

  readonly #listener = (event: MessageEvent): void => {
    const words = (event.data as Partial<Message> | null | undefined)?.atelier
    if (!Array.isArray(words)) return
    // Comlink would take the message apart to find that it is not for it.
    event.stopImmediatePropagation()
    // What is posted meanwhile leaves before anybody's promise reactions run.
    const flushes = !this.#willFlush
    this.#willFlush = true
    this.#options.receive(words)
    if (flushes) this.#flush()
  }

  readonly #flush = (): void => {
    this.#willFlush = false
    const parcels = this.#queue
    if (parcels.length === 0) return
    this.#queue = []
    this.#send(parcels)
  }

  #send(parcels: P[], moves?: Transferable[]): void {
    const words: unknown[] = []
    for (const parcel of parcels) {
      if (parcel.state === 'retracted') continue
      parcel.state = 'posted'
      this.#options.write(parcel, words)
    }
    if (words.length === 0) return
    try {
      this.#endpoint.postMessage({ atelier: words } satisfies Message, moves)
    } catch (error) {
      const [first, another] = parcels
      if (another) for (const parcel of parcels) this.#send([parcel])
      else if (first) this.#options.refused?.(first, error)
      return
    }
    for (const parcel of parcels) parcel.content = undefined
  }
}

/** Resolved: its reactions run at the next microtask checkpoint, sooner than the platform's queueMicrotask gets to them. */
const checkpoint = Promise.resolve()
