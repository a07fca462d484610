import { createTaskRuntime } from '@varunkanwar/atelier'
import type { Job, JobsAPI } from '../workers/jobs.worker.ts'

export type CancellationSettings = { poolSize: number; maxQueueDepth: number }

export type Outcome = 'done' | 'canceled' | 'ended'

export function cancellation({ poolSize, maxQueueDepth }: CancellationSettings) {
  const runtime = createTaskRuntime({ observability: { spans: 'on' } })
  const { abortTaskController } = runtime

  const jobs = runtime.defineTask<JobsAPI>({
    type: 'parallel',
    taskId: 'jobs',
    worker: () => new Worker(new URL('../workers/jobs.worker.ts', import.meta.url), { type: 'module' }),
    poolSize,
    maxQueueDepth,
    keyOf: (job: Job) => job.key ?? '',
  })

  function call(key: string, ms: number, tell: (key: string, outcome: Outcome) => void) {
    jobs.work({ ms, key }).then(
      () => tell(key, 'done'),
      error => tell(key, error.name === 'AbortError' ? 'canceled' : 'ended'),
    )
  }

  /** Cancels every call of the key, whether waiting, pending or in flight, and refuses new ones until `allow`. */
  function cancel(key: string) {
    abortTaskController.abort(key)
  }

  function allow(key: string) {
    abortTaskController.clear(key)
  }

  return { runtime, call, cancel, allow }
}
