import { createTaskRuntime, WorkerCrashedError } from '@varunkanwar/atelier'
import type { Items, JobsAPI } from '../workers/jobs.worker.ts'

/** How many items the worker may be ahead of the loop. */
export type StreamSettings = { ahead: number }

export type Ending = 'read to its end' | 'left by break' | 'ended by a WorkerCrashedError' | 'given up'

export function streams({ ahead }: StreamSettings) {
  const runtime = createTaskRuntime({ observability: { spans: 'on' } })
  const crashButton = new BroadcastChannel('crash')
  let started = ''

  const jobs = runtime.defineTask<JobsAPI>({
    type: 'singleton',
    taskId: 'jobs',
    worker: () => {
      started = crypto.randomUUID()
      return new Worker(new URL('../workers/jobs.worker.ts', import.meta.url), {
        type: 'module',
        name: started,
      })
    },
    streams: { items: { ahead } },
  })

  /**
   * Takes items until there are no more, or until `take` resolves to false.
   *
   * @param made - hears how many the worker has made.
   */
  async function read(
    job: Items,
    take: (item: number) => Promise<boolean>,
    made: (items: number) => void,
  ): Promise<Ending> {
    try {
      for await (const item of jobs.with({ onProgress: made }).items(job)) {
        const goesOn = await take(item)
        if (!goesOn) break
        if (item === job.items) return 'read to its end'
      }
      return 'left by break'
    } catch (error) {
      return error instanceof WorkerCrashedError ? 'ended by a WorkerCrashedError' : 'given up'
    }
  }

  /** A call of the same worker, for which there is a place while the stream rests. */
  function call() {
    return jobs.work({ ms: 300 }).catch(() => undefined)
  }

  function crash() {
    crashButton.postMessage(started)
  }

  function dispose() {
    runtime.dispose()
    crashButton.close()
  }

  return { runtime, read, call, crash, dispose }
}
