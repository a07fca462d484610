/**
 * The baseline: hand-written postMessage. Every call is posted at once, round robin, one message per call. It cannot cancel
 * a call, and a call behind a long one has to wait for it.
 */
import type { Handlers } from '../handlers.ts'
import type { Pool, PoolOptions } from '../pool.ts'

type Open = { resolve: (value: unknown) => void; reject: (error: unknown) => void }

export function open({ workers: size }: PoolOptions): Pool {
  const calls = new Map<number, Open>()
  const workers = Array.from({ length: size }, () => {
    const worker = new Worker(new URL('./raw.worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data: [id, value, error] }) => {
      const call = calls.get(id)
      calls.delete(id)
      if (error === undefined) call?.resolve(value)
      else call?.reject(error)
    }
    return worker
  })
  let next = 0
  return {
    call: (method: keyof Handlers, argument) =>
      new Promise((resolve, reject) => {
        const id = next++
        calls.set(id, { resolve, reject })
        const moves = argument instanceof ArrayBuffer ? [argument] : []
        workers[id % size]?.postMessage([id, method, argument], moves)
      }),
    close: () => {
      for (const worker of workers) worker.terminate()
    },
  }
}
