import { createTaskRuntime, QueueDropError, type QueuePolicy } from '@varunkanwar/atelier'
import type { JobsAPI } from '../workers/jobs.worker.ts'

export const POLICIES: readonly QueuePolicy[] = ['block', 'reject', 'drop-latest', 'drop-oldest']

export type BackpressureSettings = { maxInFlight: number; maxQueueDepth: number }

export type Outcome = 'done' | 'dropped' | 'ended'

export function backpressure({ maxInFlight, maxQueueDepth }: BackpressureSettings) {
  const runtime = createTaskRuntime({ observability: { spans: 'on' } })

  const tasks = POLICIES.map(queuePolicy =>
    runtime.defineTask<JobsAPI>({
      type: 'singleton',
      taskId: queuePolicy,
      worker: () => new Worker(new URL('../workers/jobs.worker.ts', import.meta.url), { type: 'module' }),
      maxInFlight,
      maxQueueDepth,
      queuePolicy,
    }),
  )

  /** Makes the same call to all four tasks, and reports how each of them ended. */
  function offer(ms: number, tell: (policy: QueuePolicy, outcome: Outcome) => void) {
    for (const [index, task] of tasks.entries()) {
      const policy = POLICIES[index] as QueuePolicy
      task.work({ ms }).then(
        () => tell(policy, 'done'),
        error => tell(policy, error instanceof QueueDropError ? 'dropped' : 'ended'),
      )
    }
  }

  return { runtime, offer }
}
