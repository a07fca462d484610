import { createTaskRuntime } from '@varunkanwar/atelier'
import type { JobsAPI } from '../workers/jobs.worker.ts'

/** The part of the traces that is recorded, 0 to 1. */
export type ObservabilitySettings = { sampleRate: number }

export type Document = { name: string; ms: number; broken: boolean }

export function observability({ sampleRate }: ObservabilitySettings) {
  const runtime = createTaskRuntime({ observability: { spans: { sampleRate } } })
  const worker = () => new Worker(new URL('../workers/jobs.worker.ts', import.meta.url), { type: 'module' })

  const parse = runtime.defineTask<JobsAPI>({ type: 'parallel', taskId: 'parse', poolSize: 2, worker })
  const store = runtime.defineTask<JobsAPI>({ type: 'singleton', taskId: 'store', worker })

  /** One trace for each document: two calls, to two tasks. */
  function process({ name, ms, broken }: Document) {
    return runtime.runWithTrace(name, async trace => {
      if (broken) await parse.with({ trace }).fail()
      await parse.with({ trace }).work({ ms })
      await store.with({ trace }).work({ ms: ms / 4 })
    })
  }

  /** Processes all documents at once. A broken one fails alone. */
  function processAll(documents: Document[]) {
    return Promise.allSettled(documents.map(process))
  }

  return { runtime, processAll }
}
