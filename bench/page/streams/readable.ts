/** A ReadableStream that moves from the worker to the page. */
import type { Streamer } from './streamer.ts'

export function openStreamer(): Streamer {
  const worker = new Worker(new URL('./readable.worker.ts', import.meta.url), { type: 'module' })
  return {
    async *stream(kind, count) {
      const received = new Promise<ReadableStream>(resolve => {
        worker.onmessage = ({ data }) => resolve(data)
      })
      worker.postMessage([kind, count])
      const reader = (await received).getReader()
      try {
        for (let step = await reader.read(); !step.done; step = await reader.read()) yield step.value
      } finally {
        await reader.cancel()
      }
    },
    close: () => worker.terminate(),
  }
}
