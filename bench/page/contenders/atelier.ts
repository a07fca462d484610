import { createTaskRuntime, type Task, type TaskRuntime } from '@varunkanwar/atelier'
import type { Handlers } from '../handlers.ts'
import type { Pool, PoolOptions } from '../pool.ts'

type Remote = Record<keyof Handlers, (argument?: unknown) => Promise<unknown>>

const LOWEST = -8
const LEVELS = 16

export function open(options: PoolOptions): Pool {
  const runtime = createTaskRuntime({ maxBusyWorkers: options.budget })
  return {
    ...poolOf(runtime, options),
    ...(options.second ? { second: poolOf(runtime, options) } : {}),
  }
}

function poolOf(runtime: TaskRuntime, options: PoolOptions): Pool {
  const { workers, inFlight, keyed, backlog, newestFirst, priorities } = options
  const task = runtime.defineTask<Remote>({
    type: 'parallel',
    worker: () => new Worker(new URL('./atelier.worker.ts', import.meta.url), { type: 'module' }),
    poolSize: workers,
    maxInFlight: inFlight,
    maxQueueDepth: backlog ? Number.POSITIVE_INFINITY : undefined,
    keyOf: keyed ? String : undefined,
    order: newestFirst ? 'newest-first' : undefined,
  })
  const levels = Array.from({ length: priorities ? LEVELS : 0 }, (_, level) =>
    task.with({ priority: level + LOWEST }),
  )
  return {
    call: (method, argument, level = 0) => ((levels[level] ?? task) as Task<Remote>)[method](argument),
    cancelKey: key => runtime.abortTaskController.abort(key),
    hasPriorities: levels.length > 0,
    close: () => runtime.dispose(),
  }
}
