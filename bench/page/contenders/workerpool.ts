/** One call in flight per worker, always. */
import workerpool, { type Promise as Cancellable } from 'workerpool'
import type { Pool, PoolOptions } from '../pool.ts'
import script from './workerpool.worker.ts?worker&url'

export function open({ workers, newestFirst }: PoolOptions): Pool {
  const pool = workerpool.pool(script, {
    minWorkers: workers,
    maxWorkers: workers,
    workerType: 'web',
    workerOpts: { type: 'module' },
    queueStrategy: newestFirst ? 'lifo' : 'fifo',
  })
  return {
    call: (method, argument) => pool.exec(method, argument === undefined ? [] : [argument]),
    cancelCall: call => (call as Cancellable<unknown, unknown>).cancel(),
    close: () => void pool.terminate(true),
  }
}
