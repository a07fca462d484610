import { createTaskRuntime } from '@varunkanwar/atelier'
import type { JobsAPI } from '../workers/jobs.worker.ts'

export type ConcurrencySettings = { poolSize: number; maxInFlight: number }

export function concurrency({ poolSize, maxInFlight }: ConcurrencySettings) {
  const runtime = createTaskRuntime({ observability: { spans: 'on' } })

  const jobs = runtime.defineTask<JobsAPI>({
    type: 'parallel',
    taskId: 'jobs',
    worker: () => new Worker(new URL('../workers/jobs.worker.ts', import.meta.url), { type: 'module' }),
    poolSize,
    maxInFlight,
  })

  /** Makes all calls at once. The runtime decides which worker takes which call. */
  function burst(durations: number[]) {
    return Promise.allSettled(durations.map(ms => jobs.work({ ms })))
  }

  return { runtime, burst }
}
