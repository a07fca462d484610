import {
  createTaskRuntime,
  type RuntimeConfig,
  type Task,
  type TaskConfig,
  type TaskRuntime,
} from '@varunkanwar/atelier'
import { onTestFinished } from 'vitest'
import type { StreamsAPI } from './workers/streams.worker.ts'

export type Streams = {
  runtime: TaskRuntime
  task: Task<StreamsAPI>
  workers: Worker[]
  /** Counters of the runtime, by name. */
  counted: Record<string, number>
}

export const STREAMS = {
  count: true,
  countLater: true,
  relay: true,
  iterator: true,
  iterable: true,
  resolved: true,
  patient: true,
  counted: true,
  busy: true,
  reused: true,
  buffers: true,
  falsy: true,
  failing: true,
  uncloneable: true,
  closing: true,
  closingOnce: true,
  spinning: true,
  silentAfter: true,
  reporting: true,
} as const satisfies TaskConfig<StreamsAPI>['streams']

export function streamsWorker(): Worker {
  return new Worker(new URL('./workers/streams.worker.ts', import.meta.url), { type: 'module' })
}

/** A task over real workers that stream, a singleton unless told otherwise, disposed of when the test ends. */
export function streams(
  config: Partial<TaskConfig<StreamsAPI>> = {},
  runtimeConfig?: RuntimeConfig,
): Streams {
  const runtime = createTaskRuntime(runtimeConfig)
  onTestFinished(() => runtime.dispose())
  const workers: Worker[] = []
  const counted: Record<string, number> = {}
  runtime.subscribeEvents(event => {
    if (event.kind === 'counter') counted[event.name] = (counted[event.name] ?? 0) + event.value
  })
  const task = runtime.defineTask<StreamsAPI>({
    type: 'singleton',
    taskId: 'streams',
    worker: () => {
      const worker = streamsWorker()
      workers.push(worker)
      return worker
    },
    ...config,
    streams: { ...STREAMS, ...config.streams },
  })
  return { runtime, task, workers, counted }
}
