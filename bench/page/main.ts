/** A page that is driven from outside. It opens the pool of one contender at a time and measures it. */
import { measurements } from './measurements.ts'
import type { Contender, Pool, PoolOptions } from './pool.ts'
import { first, rate } from './streams/measurements.ts'
import type { Kind, Streamer, StreamerModule } from './streams/streamer.ts'
import { turnMeasurements } from './turn-measurements.ts'

const contenders = {
  raw: () => import('./contenders/raw.ts'),
  rawq: () => import('./contenders/rawq.ts'),
  comlink: () => import('./contenders/comlink.ts'),
  workerpool: () => import('./contenders/workerpool.ts'),
  poolifier: () => import('./contenders/poolifier.ts'),
  threads: () => import('./contenders/threads.ts'),
  atelier: () => import('./contenders/atelier.ts'),
} satisfies Record<string, () => Promise<Contender>>

const streamers = {
  raw: () => import('./streams/raw.ts'),
  comlink: () => import('./streams/comlink.ts'),
  readable: () => import('./streams/readable.ts'),
  effect: () => import('./streams/effect.ts'),
  atelier: () => import('./streams/atelier.ts'),
} satisfies Record<string, () => Promise<StreamerModule>>

type CallerName = keyof typeof contenders
type StreamerName = keyof typeof streamers
export type ContenderName = CallerName | StreamerName

const all = { ...measurements, ...turnMeasurements }
type Measurements = typeof all
export type MeasurementName = keyof Measurements
export type MeasurementArguments<Name extends MeasurementName> = Parameters<Measurements[Name]>[1]
export type MeasurementResult<Name extends MeasurementName> = Awaited<ReturnType<Measurements[Name]>>

if (import.meta.env.DEV) throw new Error('The benchmark must be built for production')

let pool: Pool | undefined
let streamer: Streamer | undefined

export const bench = {
  /** Opens a pool and warms up every worker and the compiler. */
  async open(contender: ContenderName, options: PoolOptions): Promise<void> {
    const { open } = await callerOf(contender)()
    pool = open(options)
    if (options.second && !pool.second) {
      if (options.budget !== undefined) throw new Error('has no budget for two pools')
      pool.second = open(options)
    }
    for (const each of [pool, pool.second]) {
      for (let round = 0; each && round < 4; round++) {
        await Promise.all(Array.from({ length: 250 }, (_, at) => each.call('noop', `warm-${at}`)))
      }
    }
  },

  /** Measures the open pool. */
  run(name: MeasurementName, given: unknown): Promise<unknown> {
    if (!pool) throw new Error('no pool is open')
    return (all[name] as (pool: Pool, given: unknown) => Promise<unknown>)(pool, given)
  },

  async openStreamer(contender: ContenderName): Promise<void> {
    const { openStreamer } = await streamers[contender as StreamerName]()
    streamer = openStreamer()
  },

  rate(kind: Kind, count: number): Promise<number> {
    return rate(opened(), kind, count)
  },

  first(repeats: number): Promise<number[]> {
    return first(opened(), repeats)
  },

  close(): void {
    streamer?.close()
    streamer = undefined
    pool?.second?.close()
    pool?.close()
    pool = undefined
  },

  /** Time from loading the contender to the first reply of one worker, in milliseconds. */
  async firstAnswer(contender: ContenderName): Promise<number> {
    const start = performance.now()
    const { open } = await callerOf(contender)()
    pool = open({ workers: 1 })
    await pool.call('noop')
    return performance.now() - start
  },
}

function callerOf(contender: ContenderName): () => Promise<Contender> {
  return contenders[contender as CallerName]
}

function opened(): Streamer {
  if (!streamer) throw new Error('no streamer is open')
  return streamer
}

Object.assign(globalThis, { bench })
