/** The baseline, by hand: arrays of items by postMessage, the next of which is asked for before the last is taken. */
import type { Streamer } from './streamer.ts'

export function openStreamer(): Streamer {
  const worker = new Worker(new URL('./raw.worker.ts', import.meta.url), { type: 'module' })
  const received = () =>
    new Promise<unknown[]>(resolve => {
      worker.onmessage = ({ data }) => resolve(data)
    })
  return {
    async *stream(kind, count) {
      let next = received()
      worker.postMessage([kind, count])
      try {
        for (let batch = await next; batch.length > 0; batch = await next) {
          next = received()
          worker.postMessage('more')
          for (const item of batch) yield item
        }
      } finally {
        worker.postMessage('end')
        await next
      }
    },
    close: () => worker.terminate(),
  }
}
