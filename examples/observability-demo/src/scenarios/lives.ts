import { createTaskRuntime } from '@varunkanwar/atelier'
import type { LivesAPI } from '../workers/lives.worker.ts'

/** Without `maxCallsPerWorker`, no number of calls ends a worker. */
export type LivesSettings = {
  min: number
  max: number
  maxCallsPerWorker: number | undefined
  setUpMs: number
}

export const IDLE_MS = 2000

export function lives({ min, max, maxCallsPerWorker, setUpMs }: LivesSettings) {
  const runtime = createTaskRuntime({ observability: { spans: 'on' } })
  let edition = 1

  const jobs = runtime.defineTask<LivesAPI>({
    type: 'parallel',
    taskId: 'jobs',
    worker: () => new Worker(new URL('../workers/lives.worker.ts', import.meta.url), { type: 'module' }),
    workerData: { edition, setUpMs },
    poolSize: { min, max },
    idleTimeoutMs: IDLE_MS,
    maxCallsPerWorker,
  })

  /** Makes all calls at once. `tell` hears the edition of each that is done, and the newest when it was made. */
  function burst(durations: number[], tell: (edition: number, newest: number) => void) {
    const newest = edition
    return Promise.allSettled(
      durations.map(async ms => {
        tell(await jobs.work({ ms }), newest)
      }),
    )
  }

  /** Gives new data to the workers that live, and to those to come. Returns its edition. */
  function renew() {
    jobs.workers.setData({ edition: ++edition, setUpMs })
    return edition
  }

  /** Ends every worker when its calls have ended, one after the other. Resolves when none of them is left. */
  function replace() {
    return jobs.workers.replace()
  }

  /** A call whose handler asks for its worker to be replaced. */
  function retireOne() {
    return jobs.workAndRetire({ ms: 100 })
  }

  return { runtime, burst, renew, replace, retireOne }
}
