import type { TaskStream } from '../../api/streams.ts'
import type { Place, ResultQueue } from './result-queue.ts'

type StreamEvents = {
  onItem(item: unknown): void
  /** The stream is at its end, and its place is free. */
  onEnd(): void
  onError(error: unknown): void
}

/** The streams that items of a pipeline have returned and that are not at their end. */
export class OpenStreams<V> {
  readonly #results: ResultQueue<V>
  readonly #open = new Map<Place<V>, TaskStream<unknown, unknown>>()

  constructor(results: ResultQueue<V>) {
    this.#results = results
  }

  /** Takes what a stream gives, one by one: each when the one before has been taken from its place. */
  follow(place: Place<V>, stream: TaskStream<unknown, unknown>, events: StreamEvents): void {
    this.#open.set(place, stream)
    place.more = () => {
      if (!this.#results.awaits(place)) return this.leave()
      stream.next().then(
        ({ done, value }) => {
          if (!done) return events.onItem(value)
          this.#end(place)
          this.#results.release(place)
          events.onEnd()
        },
        error => {
          this.#end(place)
          events.onError(error)
        },
      )
    }
    place.more()
  }

  /** Ends the streams whose items nobody will get. */
  leave(): void {
    for (const [place, stream] of this.#open) {
      if (this.#results.awaits(place)) continue
      this.#end(place)
      void stream.return()
    }
  }

  #end(place: Place<V>): void {
    this.#open.delete(place)
    place.more = undefined
  }
}
