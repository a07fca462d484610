/** A page with a task and with a plain Comlink worker, for a test to call. */
import { createTaskRuntime, type Task } from '@varunkanwar/atelier'
import { type Remote, wrap } from 'comlink'
import type { JobsAPI } from '../../browser/workers/jobs.worker.ts'

export type Away = {
  task: Task<JobsAPI>
  alone: Remote<JobsAPI>
  /** Where a test keeps promises that have to survive together with the page. */
  calls: Promise<string>[]
  counters: string[]
}

const jobsWorker = (name: string) =>
  new Worker(new URL('../../browser/workers/jobs.worker.ts', import.meta.url), { type: 'module', name })

const runtime = createTaskRuntime()
const counters: string[] = []
runtime.subscribeEvents(({ kind, name }) => kind === 'counter' && counters.push(name))

const away: Away = {
  task: runtime.defineTask<JobsAPI>({
    type: 'parallel',
    poolSize: 2,
    timeoutMs: 3_000,
    startTimeoutMs: 10_000,
    worker: () => jobsWorker(''),
  }),
  alone: wrap<JobsAPI>(jobsWorker('comlink alone')),
  calls: [],
  counters,
}

Object.assign(globalThis, { away })
