/** The two ways in which a row of docs/guides/failures.md is brought about: through a task, and through Comlink alone. */
import type { TaskConfig } from '@varunkanwar/atelier'
import { wrap } from 'comlink'
import { answered, type Jobs, jobs, jobsWorker } from '../jobs.ts'
import type { JobsAPI } from '../workers/jobs.worker.ts'

/** What a row is done with. */
export type Stage = {
  api: JobsAPI
  /** The same methods, whose calls `abort` cancels where calls can be canceled. */
  doomed: JobsAPI
  /** The same methods, of whose calls only the newest may wait, where that can be said; `replacing` cancels running ones, too. */
  latest: JobsAPI
  replacing: JobsAPI
  abort: () => void
  /** Through a task: disposes of it. */
  dispose: () => void
  /** The newest worker. */
  worker: () => Worker
}

/** How to bring a row about. */
export type Act = {
  /** Answers the call that the row is about. */
  call: (stage: Stage) => Promise<unknown>
  /** Makes a worker that cannot be had. Without it, a sound one is up when the call is made. */
  worker?: () => Worker
  /** Makes the call before the worker is up. */
  cold?: boolean
  /** A global that the call is made with. Where an engine lacks it, the row is left out. */
  needs?: string
  config?: Partial<TaskConfig>
  /** How many items the loop got, where the call is a stream. */
  items?: () => number
  /** What the error that arrived has lost of the one that was thrown. */
  losses?: (arrived: unknown) => string[]
}

/** How often a worker that cannot be had is tried before a sound one comes. */
const TRIES = 2

/** A task whose worker is up, unless it cannot be had or the act comes before. */
export async function throughTask(act: Act): Promise<{ made: Jobs; stage: Stage }> {
  let tries = 0
  const worker = () => (act.worker && tries++ < TRIES ? act.worker() : jobsWorker())
  const made = jobs({ maxQueueDepth: 16, crashMaxRetries: TRIES - 1, ...act.config, worker })
  if (!act.worker && !act.cold) await answered(made.task)
  const controller = new AbortController()
  const stage: Stage = {
    api: made.task,
    doomed: made.task.with({ signal: controller.signal }),
    latest: made.task.with({ latest: 'word' }),
    replacing: made.task.with({ latest: 'word', replaceRunning: true }),
    abort: () => controller.abort(),
    dispose: () => made.task.dispose(),
    worker: () => made.workers.at(-1) as Worker,
  }
  return { made, stage }
}

/** The same worker and the same call with nothing but Comlink between them, and what ends that worker. */
export async function throughComlink(act: Act): Promise<{ call: Promise<unknown>; end: () => void }> {
  const nothing = () => {}
  let worker: Worker
  let api: JobsAPI
  try {
    worker = (act.worker ?? (() => jobsWorker('comlink alone')))()
    api = wrap<JobsAPI>(worker) as unknown as JobsAPI
  } catch (error) {
    return { call: Promise.reject(error), end: nothing }
  }
  if (!act.worker && !act.cold) await api.echo('up')
  const methods = { api, doomed: api, latest: api, replacing: api }
  const call = act.call({ ...methods, abort: nothing, dispose: nothing, worker: () => worker })
  return { call, end: () => worker.terminate() }
}
