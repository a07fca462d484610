/** Something to post. */
export type Parcel<T> = {
  /** Let go once it is posted. */
  item: T | undefined
  /** Called when the item cannot be posted, perhaps before `post` returns. Let go too. */
  refused: ((error: unknown) => void) | undefined
  state: 'queued' | 'posted' | 'retracted'
}

/** @param refused - left out for an item that can always be cloned. */
export function parcel<T>(item: T, refused?: (error: unknown) => void): Parcel<T> {
  return { item, refused, state: 'queued' }
}

/** Where messages go and come from: a Worker, the global scope inside of one, or a MessagePort. */
export type Endpoint = {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
  removeEventListener(type: 'message', listener: (event: MessageEvent) => void): void
  /** A MessagePort's. */
  start?(): void
}

/** A message of a lane, told apart from Comlink's on the same endpoint. */
type Batch = { atelier: unknown[] }

/**
 * Posts what accumulates within one microtask checkpoint as one message.
 *
 * 3,000 small messages cost about 40 ms one by one and 2 ms together (pitfalls, row 24). Items that move objects are
 * posted alone and at once, because a failed transfer could take others' objects with it. Order is kept. An item that
 * cannot be cloned is refused alone; its neighbours are posted.
 */
export class Lane<Out, In> {
  readonly #endpoint: Endpoint
  readonly #listener: (event: MessageEvent) => void
  #queue: Parcel<Out>[] = []

  /** @param receive - called with each item that arrives. Items are whatever the other side sent: nothing is checked. */
  constructor(endpoint: Endpoint, receive: (item: In) => void) {
    this.#endpoint = endpoint
    this.#listener = ({ data }) => {
      const items = (data as Partial<Batch> | null | undefined)?.atelier
      if (Array.isArray(items)) for (const item of items as In[]) receive(item)
    }
    endpoint.addEventListener('message', this.#listener)
    endpoint.start?.()
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
    this.#endpoint.removeEventListener('message', this.#listener)
  }

  #flush(): void {
    const parcels = this.#queue.filter(({ state }) => state === 'queued')
    this.#queue = []
    if (parcels.length > 0) this.#send(parcels, [])
  }

  #send(parcels: Parcel<Out>[], moves: Transferable[]): void {
    for (const parcel of parcels) parcel.state = 'posted'
    const batch: Batch = { atelier: parcels.map(({ item }) => item) }
    try {
      this.#endpoint.postMessage(batch, moves)
      for (const parcel of parcels) {
        parcel.item = undefined
        parcel.refused = undefined
      }
    } catch (error) {
      if (parcels.length === 1) parcels[0]?.refused?.(error)
      else for (const parcel of parcels) this.#send([parcel], [])
    }
  }
}
