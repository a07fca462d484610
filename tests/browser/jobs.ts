import {
  createTaskRuntime,
  type RuntimeConfig,
  type Task,
  type TaskConfig,
  type TaskRuntime,
} from '@varunkanwar/atelier'
import { onTestFinished } from 'vitest'
import type { JobsAPI } from './workers/jobs.worker.ts'

/** A worker of every test's job; one with the name `comlink alone` exposes its handlers without a task. */
export function jobsWorker(name = ''): Worker {
  return new Worker(new URL('./workers/jobs.worker.ts', import.meta.url), { type: 'module', name })
}

export type Jobs = { runtime: TaskRuntime; task: Task<JobsAPI>; workers: Worker[] }

/** A task over real workers, a singleton named `jobs` unless told otherwise, disposed of when the test ends. */
export function jobs(config: Partial<TaskConfig> = {}, runtimeConfig?: RuntimeConfig): Jobs {
  const runtime = createTaskRuntime(runtimeConfig)
  onTestFinished(() => runtime.dispose())
  const workers: Worker[] = []
  const { worker: create = jobsWorker, ...rest } = config
  const task = runtime.defineTask<JobsAPI>({
    type: 'singleton',
    taskId: 'jobs',
    worker: () => {
      const worker = create()
      workers.push(worker)
      return worker
    },
    ...rest,
  })
  return { runtime, task, workers }
}

/** Waits until a call is answered: the worker is up, and a timeout or an abort meets a handler and not a start. */
export async function answered(task: Jobs['task']): Promise<void> {
  // By a timer: of a task that refuses every call, microtasks alone would never let the test time out.
  while ((await task.echo('up').catch(() => 'not yet')) !== 'up')
    await new Promise(later => setTimeout(later, 1))
}

/** The messages that arrive on a broadcast channel, one after the other. */
export function hear(channel: string): () => Promise<unknown> {
  const receiver = new BroadcastChannel(channel)
  onTestFinished(() => receiver.close())
  const heard: unknown[] = []
  const waiting: ((message: unknown) => void)[] = []
  receiver.onmessage = ({ data }) => {
    const next = waiting.shift()
    if (next) next(data)
    else heard.push(data)
  }
  return () =>
    heard.length > 0 ? Promise.resolve(heard.shift()) : new Promise(resolve => waiting.push(resolve))
}
