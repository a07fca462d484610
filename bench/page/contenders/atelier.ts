import { createTaskRuntime } from '@varunkanwar/atelier'
import type { Handlers } from '../handlers.ts'
import type { Pool, PoolOptions } from '../pool.ts'

type Remote = Record<keyof Handlers, (argument?: unknown) => Promise<unknown>>

export function open({ workers, inFlight, keyed, backlog }: PoolOptions): Pool {
  const runtime = createTaskRuntime()
  const task = runtime.defineTask<Remote>({
    type: 'parallel',
    worker: () => new Worker(new URL('./atelier.worker.ts', import.meta.url), { type: 'module' }),
    poolSize: workers,
    maxInFlight: inFlight,
    maxQueueDepth: backlog ? Number.POSITIVE_INFINITY : undefined,
    keyOf: keyed ? String : undefined,
  })
  return {
    call: (method, argument) => task[method](argument),
    cancelKey: key => runtime.abortTaskController.abort(key),
    close: () => runtime.dispose(),
  }
}
