/** Comlink has no pool: its proxies are called round robin. */
import { wrap } from 'comlink'
import type { Handlers } from '../handlers.ts'
import type { Pool, PoolOptions } from '../pool.ts'

type Remote = Record<keyof Handlers, (argument: unknown) => Promise<unknown>>

export function open({ workers: size }: PoolOptions): Pool {
  const workers = Array.from(
    { length: size },
    () => new Worker(new URL('./comlink.worker.ts', import.meta.url), { type: 'module' }),
  )
  const remotes = workers.map(worker => wrap(worker) as unknown as Remote)
  let next = 0
  return {
    call: (method, argument) => {
      const remote = remotes[next++ % size] as Remote
      return remote[method](argument)
    },
    close: () => {
      for (const worker of workers) worker.terminate()
    },
  }
}
