import { createTaskRuntime } from '@varunkanwar/atelier'
import type { JobsAPI } from '../workers/jobs.worker.ts'

/** In milliseconds. Without a grace period, a worker is never terminated because of a canceled call. */
export type HangSettings = { poolSize: number; timeoutMs: number; cancelGraceMs: number | undefined }

export type Outcome = 'done' | 'canceled' | 'ended'

export function hang({ poolSize, timeoutMs, cancelGraceMs }: HangSettings) {
  const runtime = createTaskRuntime({ observability: { spans: 'on' } })

  const jobs = runtime.defineTask<JobsAPI>({
    type: 'parallel',
    taskId: 'jobs',
    worker: () => new Worker(new URL('../workers/jobs.worker.ts', import.meta.url), { type: 'module' }),
    poolSize,
    timeoutMs,
    cancelGraceMs,
  })

  /** Resolves when the call has settled, which here means that it has timed out. */
  async function hangOneWorker() {
    const error = await jobs.hang().catch((error: Error) => error)
    return outcomeOf(error)
  }

  /** Makes one short call after the other. They share the pool with the call that hangs. */
  async function keepCalling(ms: number, tell: (outcome: Outcome) => void) {
    for (;;) {
      const outcome = await jobs.work({ ms }).then(() => 'done' as const, outcomeOf)
      tell(outcome)
      if (outcome === 'ended') return
    }
  }

  return { runtime, hangOneWorker, keepCalling }
}

function outcomeOf(error: Error): Outcome {
  return error.name === 'AbortError' ? 'canceled' : 'ended'
}
