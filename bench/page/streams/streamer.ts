/** What every contender streams, and how the page takes it. */
export const generators = {
  *numbers(count: number): Generator<number> {
    for (let item = 0; item < count; item++) yield item
  },

  /** Each of a megabyte. */
  *buffers(count: number): Generator<ArrayBuffer> {
    for (let item = 0; item < count; item++) yield new ArrayBuffer(1_000_000)
  },
}

export type Kind = keyof typeof generators

/** How far a worker may be ahead, where the contender has such a limit. */
export const AHEAD: Record<Kind, number> = { numbers: 512, buffers: 16 }

/** A contender's worker that streams. */
export type Streamer = {
  stream(kind: Kind, count: number): AsyncIterable<unknown>
  close(): void
}

/** The exports of a contender's module. */
export type StreamerModule = { openStreamer(): Streamer }
