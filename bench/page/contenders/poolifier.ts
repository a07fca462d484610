/**
 * Posts calls at once, round robin, unless its own queue is needed; a call is canceled by the signal that it was given. Its functions have
 * priorities, not its calls, so that there is a function for each priority.
 */
import { FixedThreadPool } from 'poolifier-web-worker'
import type { Pool, PoolOptions } from '../pool.ts'
import script from './poolifier.worker.ts?worker&url'
import prioritizing from './poolifier-priorities.worker.ts?worker&url'

export function open({ workers, keyed, backlog = false, priorities = false }: PoolOptions): Pool {
  const pool = new FixedThreadPool(workers, new URL(priorities ? prioritizing : script, location.href), {
    enableTasksQueue: backlog || priorities,
  })
  const controllers = new WeakMap<PromiseLike<unknown>, AbortController>()
  return {
    call: (method, argument, priority) => {
      const name = priorities && priority !== undefined ? `${method}-${priority}` : method
      if (!keyed) return pool.execute(argument, name)
      const controller = new AbortController()
      const call = pool.execute(argument, name, controller.signal)
      controllers.set(call, controller)
      return call
    },
    cancelCall: call => controllers.get(call)?.abort(),
    hasPriorities: priorities,
    close: () => void pool.destroy(),
  }
}
