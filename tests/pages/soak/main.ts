/** Load for a runtime, in parts that a test asks for. */
import { createTaskRuntime, type Task } from '@varunkanwar/atelier'
import type { JobsAPI } from '../../browser/workers/jobs.worker.ts'

/** How often something happened, by its name. */
export type Tally = Record<string, number>

export type Soak = {
  /** Makes calls as fast as they are answered, and tells how they ended, by the name of the error. */
  calls: (count: number) => Promise<Tally>
  /** What the runtime has counted, by metric. */
  counted: Tally
  /** Queues calls all at once, and tells which came out of their order. */
  queue: (count: number) => Promise<number[]>
  /** Defines tasks of four workers one after the other, has every worker answer, and disposes of the task. */
  tasks: (count: number) => Promise<void>
  /** How many threads of workers, whose locks tell of them, there are, and how many tasks. */
  left: () => Promise<{ threads: number; tasks: number }>
  dispose: () => void
}

/** Calls that are made in one turn. */
const WAVE = 100
/** Calls that may be open at a time. */
const OPEN = 1_000

const worker = () =>
  new Worker(new URL('../../browser/workers/jobs.worker.ts', import.meta.url), { type: 'module' })
const pause = (ms = 0) => new Promise(resolve => setTimeout(resolve, ms))

// Measures stay in the page's timeline, by design.
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
  async left() {
    const { held = [] } = await navigator.locks.query()
    return { threads: held.length, tasks: runtime.getRuntimeSnapshot().tasks.length }
  },
  dispose: () => runtime.dispose(),
}

/** One in a hundred crashes a worker in one of three ways, one cannot be sent, five are aborted on their worker or before. */
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
