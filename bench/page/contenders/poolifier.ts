/** Posts calls at once, round robin, unless its own queue is needed. A call is canceled by its signal. */
import { FixedThreadPool } from 'poolifier-web-worker'
import type { Pool, PoolOptions } from '../pool.ts'
import script from './poolifier.worker.ts?worker&url'

export function open({ workers, keyed, backlog = false }: PoolOptions): Pool {
  const pool = new FixedThreadPool(workers, new URL(script, location.href), {
    enableTasksQueue: backlog,
  })
  const controllers = new WeakMap<PromiseLike<unknown>, AbortController>()
  return {
    call: (method, argument) => {
      if (!keyed) return pool.execute(argument, method)
      const controller = new AbortController()
      const call = pool.execute(argument, method, controller.signal)
      controllers.set(call, controller)
      return call
    },
    cancelCall: call => controllers.get(call)?.abort(),
    close: () => void pool.destroy(),
  }
}
