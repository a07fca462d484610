import { createTaskRuntime } from '@varunkanwar/atelier'
import type { Count, JobsAPI } from '../workers/jobs.worker.ts'

export type ProgressSettings = { poolSize: number }

export type Outcome = 'done' | 'canceled' | 'ended'

export function progress({ poolSize }: ProgressSettings) {
  const runtime = createTaskRuntime({ observability: { spans: 'on' } })
  const crashButton = new BroadcastChannel('crash')
  const started: string[] = []

  const jobs = runtime.defineTask<JobsAPI>({
    type: 'parallel',
    taskId: 'jobs',
    worker: () => {
      const name = crypto.randomUUID()
      started.push(name)
      return new Worker(new URL('../workers/jobs.worker.ts', import.meta.url), { type: 'module', name })
    },
    poolSize,
    crashPolicy: 'restart-requeue-in-flight',
  })

  /** @param tell - hears which part of the rows is done, 0 to 1. */
  function count(job: Count, tell: (part: number) => void): Promise<Outcome> {
    const call = jobs.with({ key: 'counts', onProgress: tell }).count(job)
    return call.then(
      () => 'done',
      error => (error.name === 'AbortError' ? 'canceled' : 'ended'),
    )
  }

  function cancel() {
    runtime.abortTaskController.abort('counts')
    runtime.abortTaskController.clear('counts')
  }

  /** Its calls are sent to another worker, and their progress begins again. */
  function crash() {
    for (const name of started.slice(-poolSize)) crashButton.postMessage(name)
  }

  function dispose() {
    runtime.dispose()
    crashButton.close()
  }

  return { runtime, count, cancel, crash, dispose }
}
