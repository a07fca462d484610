/** Something to post. */
export type Parcel<T> = {
  readonly item: T
  /** Called when the item cannot be posted, perhaps before `post` returns. */
  readonly refused: (error: unknown) => void
  state: 'queued' | 'posted' | 'retracted'
}

/** @param refused - left out for an item that can always be cloned. */
export function parcel<T>(item: T, refused: (error: unknown) => void = () => {}): Parcel<T> {
  return { item, refused, state: 'queued' }
}

/**
 * A message port that posts what accumulates within one microtask checkpoint as one message.
 *
 * 3,000 small messages cost about 40 ms one by one and 2 ms together (pitfalls, row 24). Items that move objects are
 * posted alone and at once, because a failed transfer could take others' objects with it. Order is kept. An item that
 * cannot be cloned is refused alone; its neighbours are posted.
 */
export class Lane<Out, In> {
  readonly #port: MessagePort
  #queue: Parcel<Out>[] = []

  /** @param receive - called with each item that arrives. Items are whatever the other side sent: nothing is checked. */
  constructor(port: MessagePort, receive: (item: In) => void) {
    this.#port = port
    port.addEventListener('message', ({ data }) => {
      if (Array.isArray(data)) for (const item of data) receive(item)
    })
    port.start()
  }

  /** Posts a new parcel soon, or, when it moves objects, now. */
  post(parcel: Parcel<Out>, moves: Transferable[] = []): void {
    if (moves.length > 0) {
      this.#flush()
      this.#send([parcel], moves)
    } else {
      if (this.#queue.length === 0) queueMicrotask(() => this.#flush())
      this.#queue.push(parcel)
    }
  }

  /** Takes back an item that has not left. Answers whether it did not leave. */
  retract(parcel: Parcel<Out>): boolean {
    if (parcel.state === 'queued') parcel.state = 'retracted'
    return parcel.state === 'retracted'
  }

  /** Receives and posts nothing more. */
  close(): void {
    this.#queue = []
    this.#port.close()
  }

  #flush(): void {
    const parcels = this.#queue.filter(({ state }) => state === 'queued')
    this.#queue = []
    if (parcels.length > 0) this.#send(parcels, [])
  }

  #send(parcels: Parcel<Out>[], moves: Transferable[]): void {
    for (const parcel of parcels) parcel.state = 'posted'
    try {
      this.#port.postMessage(
        parcels.map(({ item }) => item),
        moves,
      )
    } catch (error) {
      if (parcels.length === 1) parcels[0]?.refused(error)
      else for (const parcel of parcels) this.#send([parcel], [])
    }
  }
}
