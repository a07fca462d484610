/** Measurements of an open pool from inside the page. Times are in milliseconds unless a name says otherwise. */
import type { Pool } from './pool.ts'

export const measurements = {
  sequential,
  burst,
  outstanding,
  makespan,
  roundTrips,
  compute,
  enqueue,
  cancelAll,
  cancelOne,
  startAll,
  occupy,
  fill,
  distinctKeys,
  stall,
}

/** One caller that waits for each result: the mean time of a call. */
async function sequential(pool: Pool, { calls }: { calls: number }): Promise<number> {
  const start = performance.now()
  for (let call = 0; call < calls; call++) await pool.call('noop')
  return (performance.now() - start) / calls
}

/** All calls at once, `repeats` times over: calls per second. */
async function burst(pool: Pool, { calls, repeats }: { calls: number; repeats: number }): Promise<number> {
  let elapsed = 0
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = performance.now()
    await Promise.all(issue(pool, calls))
    elapsed += performance.now() - start
  }
  return (calls * repeats * 1000) / elapsed
}

/** Several callers, each of which waits for a result before its next call: calls per second. */
async function outstanding(
  pool: Pool,
  { calls, callers }: { calls: number; callers: number },
): Promise<number> {
  let left = calls
  const caller = async () => {
    while (left-- > 0) await pool.call('noop')
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: callers }, caller))
  return (calls * 1000) / (performance.now() - start)
}

/**
 * Jobs of these durations, issued at once and in this order: the total time, divided by the time that they would take without any
 * overhead if the work could be divided arbitrarily.
 */
async function makespan(
  pool: Pool,
  { durations, workers }: { durations: number[]; workers: number },
): Promise<number> {
  const start = performance.now()
  const slept = await Promise.all(durations.map(duration => pool.call('sleep', duration)))
  const elapsed = performance.now() - start
  const total = slept.reduce((sum: number, duration) => sum + Number(duration), 0)
  return elapsed / (total / workers)
}

/** Round trips of a buffer: at most 100, and no new one after a second. The first ones in a new pool are up to fifty times slower. */
async function roundTrips(pool: Pool, { bytes }: { bytes: number }): Promise<number[]> {
  let buffer = new Uint8Array(bytes).fill(1).buffer
  const begun = performance.now()
  const trips: number[] = []
  while (trips.length < 100 && performance.now() - begun < 1000) {
    const start = performance.now()
    buffer = (await pool.call('echo', buffer)) as typeof buffer
    trips.push(performance.now() - start)
  }
  if (buffer.byteLength !== bytes) throw new Error(`${buffer.byteLength} of ${bytes} bytes came back`)
  return trips
}

/** CPU-bound jobs, issued at once: jobs per second. */
async function compute(pool: Pool, { jobs, limit }: { jobs: number; limit: number }): Promise<number> {
  const start = performance.now()
  await Promise.all(Array.from({ length: jobs }, () => pool.call('primes', limit)))
  return (jobs * 1000) / (performance.now() - start)
}

/** Calls of a queue, and at how many priorities, which take turns. Default: none is named. */
type Backlog = { calls: number; levels?: number }

/** Queues calls behind a worker that is held: microseconds per call. */
async function enqueue(pool: Pool, { calls, levels }: Backlog): Promise<number> {
  hold(pool)
  const start = performance.now()
  const queued = issue(pool, calls, () => 'all', levels)
  const elapsed = performance.now() - start
  ignore(queued)
  return (elapsed * 1000) / calls
}

/** Cancels all queued calls by their key, or one by one where there are no keys, until all callers know: µs per call. */
async function cancelAll(pool: Pool, { calls, levels }: Backlog): Promise<number> {
  hold(pool)
  const queued = issue(pool, calls, () => 'all', levels)
  const settled = Promise.allSettled(queued)
  const start = performance.now()
  if (pool.cancelKey) pool.cancelKey('all')
  else for (const call of queued) pool.cancelCall?.(call)
  expectCancelled(await settled)
  return ((performance.now() - start) * 1000) / calls
}

/** Cancels, one after the other, 500 calls in the middle of the queue, until their callers know: µs for each. */
async function cancelOne(pool: Pool, { calls, levels }: Backlog): Promise<number> {
  const canceled = 500
  hold(pool)
  const queued = issue(pool, calls, call => `call-${call}`, levels)
  ignore(queued)
  const first = (calls - canceled) / 2
  const settled = Promise.allSettled(queued.slice(first, first + canceled))
  const start = performance.now()
  for (let call = first; call < first + canceled; call++) {
    const one = queued[call]
    if (pool.cancelKey) pool.cancelKey(`call-${call}`)
    else if (one) pool.cancelCall?.(one)
  }
  expectCancelled(await settled)
  return ((performance.now() - start) * 1000) / canceled
}

/** Queues calls and, from the moment at which all are queued, waits for their answers: microseconds per call. */
async function startAll(pool: Pool, { calls, levels }: Backlog): Promise<number> {
  const queued = issue(pool, calls, undefined, levels)
  const start = performance.now()
  await Promise.all(queued)
  return ((performance.now() - start) * 1000) / calls
}

/** Queues calls behind a worker that is held, and leaves them there. */
async function fill(pool: Pool, { calls, keyed }: { calls: number; keyed: boolean }): Promise<void> {
  if (keyed) expectKeys(pool)
  for (let call = 0; call < calls; call++) pool.call('noop', keyed ? `call-${call}` : undefined)
}

/** Keeps the only worker busy, so that all further calls are queued. */
async function occupy(pool: Pool): Promise<void> {
  hold(pool)
}

/** Makes calls and waits for their results, each with a key of its own, a thousand at a time. */
async function distinctKeys(pool: Pool, { from, calls }: { from: number; calls: number }): Promise<void> {
  expectKeys(pool)
  for (let done = 0; done < calls; done += 1000)
    await Promise.all(issue(pool, 1000, call => `key-${from + done + call}`))
}

/** The longest time for which the page was unresponsive while this many calls were made and settled. */
async function stall(pool: Pool, { calls }: { calls: number }): Promise<number> {
  let longest = 0
  let last = performance.now()
  let watching = true
  const watch = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    // Input has this priority: it is handled before messages, but after the running task.
    if (watching) scheduler.postTask(watch, { priority: 'user-blocking', delay: 1 })
  }
  watch()
  await Promise.all(issue(pool, calls))
  watching = false
  return longest
}

declare const scheduler: {
  postTask(task: () => void, options: { priority: 'user-blocking'; delay: number }): Promise<void>
}

function issue(
  pool: Pool,
  calls: number,
  argument?: (call: number) => string,
  levels?: number,
): PromiseLike<unknown>[] {
  if (levels !== undefined && !pool.hasPriorities) throw new Error('has no priorities')
  const issued = new Array<PromiseLike<unknown>>(calls)
  for (let call = 0; call < calls; call++) {
    issued[call] = pool.call('noop', argument?.(call), levels === undefined ? undefined : call % levels)
  }
  return issued
}

function hold(pool: Pool): void {
  if (!pool.cancelKey && !pool.cancelCall)
    throw new Error('keeps no queue: a call is posted at once and cannot be canceled')
  ignore([pool.call('hold', 'hold')])
}

function expectKeys(pool: Pool): void {
  if (!pool.cancelKey) throw new Error('has no cancellation keys')
}

/** Ignores the outcome of calls that are still open when the pool is closed. */
function ignore(calls: PromiseLike<unknown>[]): void {
  for (const call of calls) call.then(undefined, () => {})
}

function expectCancelled(results: PromiseSettledResult<unknown>[]): void {
  const answered = results.filter(({ status }) => status === 'fulfilled').length
  if (answered > 0) throw new Error(`${answered} of ${results.length} canceled calls were answered`)
}
