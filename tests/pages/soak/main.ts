/** Load for a runtime, in parts that a test starts. */
import { createTaskRuntime, type Task } from '@varunkanwar/atelier'
import type { JobsAPI } from '../../browser/workers/jobs.worker.ts'
import type { StreamsAPI } from '../../browser/workers/streams.worker.ts'

/** Counts by name. */
export type Tally = Record<string, number>

export type Soak = {
  /** Makes calls as fast as they settle. Returns how many ended in each way, by the name of the error. */
  calls: (count: number) => Promise<Tally>
  /** The runtime's counters by metric. */
  counted: Tally
  /** Queues calls all at once. Returns those that settled out of order. */
  queue: (count: number) => Promise<number[]>
  /** Defines tasks of four workers one after the other, waits for a reply of every worker, and disposes the task. */
  tasks: (count: number) => Promise<void>
  /** Takes so many small items of a stream as fast as they come. Returns how many came in their order. */
  items: (count: number) => Promise<number>
  /** Takes so many, each in a turn of its own. Returns how many more than those taken the worker had made, at most. */
  slowItems: (count: number) => Promise<number>
  /** How many worker threads, counted by their locks, and how many tasks there are. */
  left: () => Promise<{ threads: number; tasks: number }>
  dispose: () => void
}

/** How many calls are made in one turn. */
const WAVE = 100
/** How many calls may be open at a time. */
const OPEN = 1_000
/** How far the worker of a slow loop may be ahead. */
const AHEAD = 20

const worker = () =>
  new Worker(new URL('../../browser/workers/jobs.worker.ts', import.meta.url), { type: 'module' })
const pause = (ms = 0) => new Promise(resolve => setTimeout(resolve, ms))

// Without spans, because measures stay in the page's timeline.
const runtime = createTaskRuntime({ observability: { spans: 'off' } })
const counted: Tally = {}
runtime.subscribeEvents(event => {
  if (event.kind === 'counter') counted[event.name] = (counted[event.name] ?? 0) + event.value
})
const pool = runtime.defineTask<JobsAPI>({
  type: 'parallel',
  poolSize: 4,
  maxInFlight: 8,
  crashMaxRetries: 1_000,
  worker,
})
/** One stream after the other. */
const streams = runtime.defineTask<StreamsAPI>({
  type: 'singleton',
  worker: () =>
    new Worker(new URL('../../browser/workers/streams.worker.ts', import.meta.url), { type: 'module' }),
  streams: { count: { ahead: 512 }, counted: { ahead: AHEAD } },
})

const soak: Soak = {
  async calls(total) {
    const tally: Tally = {}
    let settled = 0
    const count = (end: string) => {
      tally[end] = (tally[end] ?? 0) + 1
      settled++
    }
    for (let sent = 0; sent < total; ) {
      const controller = new AbortController()
      const doomed = pool.with({ signal: controller.signal })
      for (const end = sent + WAVE; sent < end; sent++) {
        call(doomed, sent).then(
          () => count('answered'),
          (error: Error) => count(error.name),
        )
      }
      await pause()
      setTimeout(() => controller.abort(), 4)
      while (sent - settled > OPEN) await pause(1)
    }
    while (settled < total) await pause(1)
    return tally
  },
  counted,
  async queue(total) {
    const task = runtime.defineTask<JobsAPI>({ type: 'singleton', maxInFlight: 64, worker })
    const answered: number[] = []
    await Promise.all(
      Array.from({ length: total }, async (_, n) => answered.push((await task.echo(n)) as number)),
    )
    task.dispose()
    return answered.filter((n, place) => n !== place)
  },
  async tasks(total) {
    for (let n = 0; n < total; n++) {
      const task = runtime.defineTask<JobsAPI>({ type: 'parallel', poolSize: 4, worker })
      await Promise.all([task.echo(1), task.echo(2), task.echo(3), task.echo(4)])
      task.dispose()
    }
  },
  async items(total) {
    let next = 0
    for await (const item of streams.count(total)) if (item === next) next++
    return next
  },
  async slowItems(total) {
    let taken = 0
    let most = 0
    for await (const _ of streams.counted(total)) {
      taken++
      await pause()
      if (taken % 10 === 0) most = Math.max(most, (await streams.made()) - taken)
    }
    if (taken !== total) throw new RangeError(`${taken} of ${total} items came.`)
    return most
  },
  async left() {
    const { held = [] } = await navigator.locks.query()
    return { threads: held.length, tasks: runtime.getRuntimeSnapshot().tasks.length }
  },
  dispose: () => runtime.dispose(),
}

/** Of a hundred calls, one crashes its worker in one of three ways, one cannot be sent, and five are aborted. */
async function call(doomed: Task<JobsAPI>, n: number): Promise<void> {
  const kind = n % WAVE
  if (kind === 0) {
    const crash = [pool.closeSoon, () => pool.throwSoon('a soak'), pool.close][(n / WAVE) % 3]
    await crash?.()
  } else if (kind === 1) await pool.echo(() => n)
  else if (kind % 20 === 5) await doomed.sleep(2)
  else if ((await pool.echo(n)) !== n) throw new RangeError('That is the answer of another call.')
}

Object.assign(globalThis, { soak })
