import { createTaskRuntime } from '@varunkanwar/atelier'
import type { JobsAPI } from '../workers/jobs.worker.ts'

/** Without `maxCallsPerWorker`, no number of calls ends a worker. */
export type LivesSettings = { min: number; max: number; maxCallsPerWorker: number | undefined }

export const IDLE_MS = 2000

export function lives({ min, max, maxCallsPerWorker }: LivesSettings) {
  const runtime = createTaskRuntime({ observability: { spans: 'on' } })

  const jobs = runtime.defineTask<JobsAPI>({
    type: 'parallel',
    taskId: 'jobs',
    worker: () => new Worker(new URL('../workers/jobs.worker.ts', import.meta.url), { type: 'module' }),
    poolSize: { min, max },
    idleTimeoutMs: IDLE_MS,
    maxCallsPerWorker,
  })

  /** Makes all calls at once. */
  function burst(durations: number[]) {
    return Promise.allSettled(durations.map(ms => jobs.work({ ms })))
  }

  /** Ends every worker when its calls have ended, one after the other. Resolves when none of them is left. */
  function replace() {
    return jobs.workers.replace()
  }

  return { runtime, burst, replace }
}
