import { createTaskRuntime, type Task, type TaskConfig, type TaskRuntime } from '@varunkanwar/atelier'
import { onTestFinished } from 'vitest'
import type { TalksAPI } from './workers/talks.worker.ts'

/** A singleton of handlers that report and yield, with room for several calls. */
export function talks(config: Partial<TaskConfig> = {}): {
  runtime: TaskRuntime
  task: Task<TalksAPI>
  workers: Worker[]
} {
  const runtime = createTaskRuntime()
  onTestFinished(() => runtime.dispose())
  const workers: Worker[] = []
  const task = runtime.defineTask<TalksAPI>({
    type: 'singleton',
    maxInFlight: 8,
    worker: () => {
      const worker = new Worker(new URL('./workers/talks.worker.ts', import.meta.url), { type: 'module' })
      workers.push(worker)
      return worker
    },
    ...config,
  })
  return { runtime, task, workers }
}
