/** A page with two tasks and the devtools, for tests and for the measurement of what the devtools cost. */
import { createTaskRuntime, type Task, type TaskRuntime } from '@varunkanwar/atelier'
import { AtelierDevtools } from '@varunkanwar/atelier/devtools'
import type { JobsAPI } from '../../browser/workers/jobs.worker.ts'

export type DevtoolsPage = {
  runtime: TaskRuntime
  panel: AtelierDevtools
  resize: Task<JobsAPI>
  index: Task<JobsAPI>
  /** Makes so many calls a second, evenly, until the function that it returns is called, which returns how many were made. */
  load(perSecond: number): () => number
}

const worker = () =>
  new Worker(new URL('../../browser/workers/jobs.worker.ts', import.meta.url), { type: 'module' })

const runtime = createTaskRuntime()
const panel = new AtelierDevtools()
panel.attach(runtime, { name: 'Page' })

const page: DevtoolsPage = {
  runtime,
  panel,
  resize: runtime.defineTask<JobsAPI>({
    type: 'parallel',
    taskId: 'resize',
    poolSize: 4,
    maxInFlight: 8,
    maxQueueDepth: 16,
    worker,
  }),
  index: runtime.defineTask<JobsAPI>({
    type: 'singleton',
    taskId: 'index',
    taskName: 'search index',
    maxQueueDepth: 64,
    worker,
  }),
  load(perSecond) {
    let made = 0
    const began = performance.now()
    const timer = setInterval(() => {
      const due = ((performance.now() - began) * perSecond) / 1_000
      for (; made < due; made++) void page.resize.echo(made).catch(() => {})
    }, 10)
    return () => {
      clearInterval(timer)
      return made
    }
  },
}

Object.assign(globalThis, { devtools: page })
