/** A generator behind Comlink's `proxy`: each `next()` is a message there and one back. */
import { wrap } from 'comlink'
import type { Kind, Streamer } from './streamer.ts'

type Remote = { stream(kind: Kind, count: number): Promise<Iterated> }
type Iterated = { next(): Promise<IteratorResult<unknown>>; return(): Promise<unknown> }

export function openStreamer(): Streamer {
  const worker = new Worker(new URL('./comlink.worker.ts', import.meta.url), { type: 'module' })
  const remote = wrap(worker) as unknown as Remote
  return {
    async *stream(kind, count) {
      const items = await remote.stream(kind, count)
      try {
        for (let step = await items.next(); !step.done; step = await items.next()) yield step.value
      } finally {
        await items.return()
      }
    },
    close: () => worker.terminate(),
  }
}
