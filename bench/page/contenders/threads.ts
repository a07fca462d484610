import { spawn, Pool as ThreadPool, Worker } from 'threads'
import type { Handlers } from '../handlers.ts'
import type { Pool, PoolOptions } from '../pool.ts'
import script from './threads.worker.ts?worker&url'

type Remote = Record<keyof Handlers, (argument: unknown) => Promise<unknown>>

export function open({ workers: size, inFlight = size }: PoolOptions): Pool {
  const url = new URL(script, location.href).href
  const pool = ThreadPool(() => spawn<Remote>(new Worker(url, { type: 'module', CORSWorkaround: false })), {
    size,
    concurrency: inFlight / size,
  })
  return {
    call: (method, argument) => pool.queue(thread => thread[method](argument)),
    cancelCall: call => (call as ReturnType<typeof pool.queue>).cancel(),
    close: () => void pool.terminate(true),
  }
}
