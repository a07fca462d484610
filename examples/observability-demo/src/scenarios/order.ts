import { createTaskRuntime, QueueDropError } from '@varunkanwar/atelier'
import { proxy } from 'comlink'
import type { Job, JobsAPI } from '../workers/jobs.worker.ts'

export type OrderSettings = { poolSize: number; maxQueueDepth: number; newestFirst: boolean }

export type Outcome = 'started' | 'done' | 'dropped' | 'ended'

/** What tiles in view have; the others have 0. */
export const VISIBLE = 4

export function order({ poolSize, maxQueueDepth, newestFirst }: OrderSettings) {
  const runtime = createTaskRuntime({ observability: { spans: 'on' } })

  const tiles = runtime.defineTask<JobsAPI>({
    type: 'parallel',
    taskId: 'tiles',
    worker: () => new Worker(new URL('../workers/jobs.worker.ts', import.meta.url), { type: 'module' }),
    poolSize,
    maxQueueDepth,
    queuePolicy: 'drop-oldest',
    order: newestFirst ? 'newest-first' : 'oldest-first',
    keyOf: (job: Job) => job.key ?? '',
  })

  function render(tile: string, ms: number, priority: number, tell: (outcome: Outcome) => void) {
    const started = proxy(() => tell('started'))
    const call = tiles.with({ priority }).render({ ms, key: tile }, started)
    call.then(
      () => tell('done'),
      error => tell(error instanceof QueueDropError ? 'dropped' : 'ended'),
    )
  }

  /** A tile has come into view or left it. Changes nothing unless it is queued. */
  function prioritize(tile: string, priority: number) {
    runtime.prioritize(tile, priority)
  }

  return { runtime, render, prioritize }
}
