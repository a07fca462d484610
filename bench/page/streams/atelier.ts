import { createTaskRuntime, type TaskStream } from '@varunkanwar/atelier'
import { AHEAD, type Kind, type Streamer } from './streamer.ts'

type Remote = Record<Kind, (count: number) => TaskStream<unknown>>

export function openStreamer(): Streamer {
  const runtime = createTaskRuntime()
  const task = runtime.defineTask<Remote>({
    type: 'singleton',
    worker: () => new Worker(new URL('./atelier.worker.ts', import.meta.url), { type: 'module' }),
    streams: { numbers: { ahead: AHEAD.numbers }, buffers: { ahead: AHEAD.buffers } },
  })
  return { stream: (kind, count) => task[kind](count), close: () => runtime.dispose() }
}
