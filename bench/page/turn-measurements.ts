/** What is measured of whose turn it is. Times are milliseconds. */
import { median } from '../statistics.ts'
import type { Pool } from './pool.ts'

export const turnMeasurements = { lastView, twoTasks }

/**
 * Somebody scrolls: views come faster than they can be rendered, each a number of tiles that are requested at once. How long after the
 * request of the last view all its tiles are there.
 */
async function lastView(
  pool: Pool,
  given: { views: number; tiles: number; tileMs: number; everyMs: number },
): Promise<number> {
  const { views, tiles, tileMs, everyMs } = given
  const request = (view: number) =>
    Array.from({ length: tiles }, () => pool.call('sleep', tileMs, pool.hasPriorities ? view : undefined))
  const earlier: PromiseLike<unknown>[] = []
  for (let view = 0; view < views - 1; view++) {
    earlier.push(...request(view))
    await pause(everyMs)
  }
  const start = performance.now()
  await Promise.all(request(views - 1))
  const elapsed = performance.now() - start
  await Promise.all(earlier)
  return elapsed
}

/** One pool computes while somebody makes short calls of the other: how long all of it took, and the median of those calls. */
async function twoTasks(
  pool: Pool,
  given: { jobs: number; limit: number; calls: number; everyMs: number; callLimit: number; priority: number },
): Promise<{ makespan: number; latency: number }> {
  const { jobs, limit, calls, everyMs, callLimit, priority } = given
  const { second } = pool
  if (!second) throw new Error('There is no second pool')
  const start = performance.now()
  const computed = Array.from({ length: jobs }, () => pool.call('primes', limit))
  const latencies: number[] = []
  const answered: PromiseLike<unknown>[] = []
  for (let call = 0; call < calls; call++) {
    const made = performance.now()
    answered.push(
      second.call('primes', callLimit, priority).then(() => latencies.push(performance.now() - made)),
    )
    await pause(everyMs)
  }
  await Promise.all([...computed, ...answered])
  return { makespan: performance.now() - start, latency: median(latencies) }
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
