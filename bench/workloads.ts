/** The workloads: what is measured, against which baseline and with which target. */
import type { PoolOptions } from './page/pool.ts'
import { median } from './statistics.ts'
import { streams } from './stream-workloads.ts'
import { turnWorkloads } from './turn-workloads.ts'
import {
  atLeast,
  atMost,
  inPool,
  type Measure,
  quotient,
  type Step,
  step,
  valueAtMost,
  WORKERS,
  type Workload,
} from './workload.ts'

const SHORT_REPEATS = 3
const BURSTS = { '1k': 1_000, '10k': 10_000, '100k': 100_000 }
const BACKLOGS = { '10k': 10_000, '100k': 100_000 }
const MB = 1_000_000

const sequential: Workload = {
  name: 'sequential',
  measures: [{ id: 'sequential', title: 'no-op after no-op, 1 worker', unit: 'µs', ...atMost(1.15, 'raw') }],
  steps: [
    inPool(
      { workers: 1 },
      'sequential',
      async session => 1000 * (await session.run('sequential', { calls: 3000 })),
    ),
  ],
}

const burst: Workload = {
  name: 'burst',
  measures: [
    ...Object.keys(BURSTS).map(
      (size): Measure => ({
        id: `burst-${size}`,
        title: `burst of ${size} no-ops, defaults`,
        unit: '1/s',
        ...atLeast(0.95, 'rawq'),
      }),
    ),
    {
      id: 'burst-flat',
      title: 'rate at 100k over rate at 1k',
      unit: '',
      better: 'higher',
      target: { of: 'value', bound: 0.95 },
      from: values => quotient(values, 'burst-100k', 'burst-1k'),
    },
  ],
  steps: bursts('burst', {}),
}

const burst64: Workload = {
  name: 'burst64',
  measures: [
    {
      id: 'burst64-1k',
      title: 'burst of 1k no-ops, 64 in flight',
      unit: '1/s',
      better: 'higher',
      floor: 'raw',
    },
    { id: 'burst64-10k', title: 'burst of 10k no-ops, 64 in flight', unit: '1/s', ...atLeast(4, 'raw') },
    { id: 'burst64-100k', title: 'burst of 100k no-ops, 64 in flight', unit: '1/s', ...atLeast(4, 'raw') },
  ],
  steps: bursts('burst64', { inFlight: 64 }),
}

const outstanding: Workload = {
  name: 'outstanding',
  measures: [{ id: 'outstanding', title: '64 callers, 64 in flight', unit: '1/s', ...atLeast(1.5, 'raw') }],
  steps: [
    inPool({ workers: WORKERS, inFlight: 64 }, 'outstanding', session =>
      session.run('outstanding', { calls: 20_000, callers: 64 }),
    ),
  ],
}

const skew: Workload = {
  name: 'skew',
  measures: [
    {
      id: 'skew-alternating',
      title: 'makespan over the ideal, 20 ms and 1 ms in turn',
      unit: '×',
      better: 'lower',
      target: { of: 'value', bound: 1.03 },
    },
    {
      id: 'skew-pareto',
      title: 'makespan over the ideal, Pareto durations',
      unit: '×',
      better: 'lower',
      target: { of: 'value', bound: 1.03 },
    },
  ],
  steps: [makespan('skew-alternating', alternating(100)), makespan('skew-pareto', pareto(200))],
}

const buffers: Workload = {
  name: 'buffers',
  measures: [10, 100].map(size => ({
    id: `buffer-${size}`,
    title: `ArrayBuffer of ${size} MB there and back, defaults`,
    unit: 'ms',
    ...atMost(2, 'raw'),
  })),
  steps: [10, 100].map(size =>
    inPool({ workers: 1 }, `buffer-${size}`, async session =>
      median(await session.run('roundTrips', { bytes: size * MB })),
    ),
  ),
}

const queue: Workload = {
  name: 'queue',
  measures: (
    [
      ['enqueue', 'enqueue'],
      ['cancelAll', 'cancel all by key, per call'],
      ['cancelOne', 'cancel one in the middle'],
    ] as const
  ).flatMap(([part, title]): Measure[] => [
    ...Object.keys(BACKLOGS).map(
      (size): Measure => ({
        id: `${part}-${size}`,
        title: `${title}, ${size} queued`,
        unit: 'µs',
        ...atMost(2, 'rawq'),
      }),
    ),
    {
      id: `${part}-flat`,
      title: `${title}: 100k over 10k`,
      unit: '×',
      better: 'lower',
      target: { of: 'value', bound: 1.1 },
      from: values => quotient(values, `${part}-100k`, `${part}-10k`),
    },
  ]),
  steps: (['enqueue', 'cancelAll', 'cancelOne'] as const).flatMap(part =>
    Object.entries(BACKLOGS).map(([size, calls]) =>
      inPool(
        { workers: 1, keyed: true, backlog: true },
        `${part}-${size}`,
        session => session.run(part, { calls }),
        SHORT_REPEATS,
      ),
    ),
  ),
}

const compute: Workload = {
  name: 'compute',
  measures: [1, 2].map(workers => ({
    id: `compute-${workers}`,
    title: `CPU-bound jobs, ${workers} worker${workers === 1 ? '' : 's'}`,
    unit: '1/s',
    ...atLeast(0.97, 'raw'),
  })),
  steps: [1, 2].map(workers =>
    inPool(
      { workers },
      `compute-${workers}`,
      session => session.run('compute', { jobs: 50 * workers, limit: 60_000 }),
      SHORT_REPEATS,
    ),
  ),
}

const memory: Workload = {
  name: 'memory',
  freshPages: true,
  measures: [
    { id: 'memory-unkeyed', title: 'queued call, no key', unit: 'B', ...valueAtMost(250, 'rawq') },
    { id: 'memory-keyed', title: 'queued call, a key of its own', unit: 'B', ...valueAtMost(400, 'rawq') },
    {
      id: 'memory-left',
      title: 'left over per distinct key, 200k keys',
      unit: 'B',
      ...valueAtMost(1, 'rawq'),
    },
  ],
  steps: [
    ...[false, true].map(keyed =>
      step(keyed ? 'memory-keyed' : 'memory-unkeyed', async session => {
        const calls = 100_000
        await session.open({ workers: 1, backlog: true, keyed })
        await session.run('occupy', undefined)
        const before = await session.memory()
        await session.run('fill', { calls, keyed })
        return ((await session.memory()) - before) / calls
      }),
    ),
    step('memory-left', async session => {
      const calls = 200_000
      await session.open({ workers: WORKERS, inFlight: 64, keyed: true })
      await session.run('distinctKeys', { from: 0, calls: 20_000 })
      const before = await session.memory()
      await session.run('distinctKeys', { from: 20_000, calls })
      return ((await session.memory()) - before) / calls
    }),
  ],
}

const start: Workload = {
  name: 'start',
  freshPages: true,
  measures: [
    { id: 'start', title: 'import to first answer, fresh page', unit: 'ms', ...atMost(1.3, 'raw') },
    { id: 'size-page', title: 'size of what the page loads, min + gzip', unit: 'KB', ...valueAtMost(32) },
    { id: 'size-worker', title: 'size of what a worker loads, min + gzip', unit: 'KB', ...valueAtMost(5) },
  ],
  steps: [
    {
      ids: ['start', 'size-page', 'size-worker'],
      async measure(session) {
        const { elapsed, loaded } = await session.firstAnswer()
        return { start: elapsed, 'size-page': loaded.page / 1000, 'size-worker': loaded.worker / 1000 }
      },
    },
  ],
}

const main: Workload = {
  name: 'main',
  measures: [
    {
      id: 'main-cpu',
      title: 'CPU of the main thread per call, 64 callers',
      unit: 'µs',
      ...atMost(1.3, 'raw'),
    },
    { id: 'main-stall', title: 'longest stall while 20,000 are issued', unit: 'ms', ...atMost(2, 'rawq') },
  ],
  steps: [
    inPool({ workers: WORKERS, inFlight: 64 }, 'main-cpu', async session => {
      const calls = 20_000
      const before = await session.mainThreadTime()
      await session.run('outstanding', { calls, callers: 64 })
      return (1000 * ((await session.mainThreadTime()) - before)) / calls
    }),
    inPool(
      { workers: WORKERS, inFlight: 64 },
      'main-stall',
      session => session.run('stall', { calls: 20_000 }),
      SHORT_REPEATS,
    ),
  ],
}

export const workloads = [
  sequential,
  burst,
  burst64,
  outstanding,
  skew,
  buffers,
  queue,
  compute,
  memory,
  start,
  main,
  ...turnWorkloads,
  streams,
]

/** Bursts of every size, the small ones several times over: a millisecond says little. */
function bursts(prefix: string, options: Omit<PoolOptions, 'workers'>): Step[] {
  return Object.entries(BURSTS).map(([size, calls]) =>
    inPool({ workers: WORKERS, ...options }, `${prefix}-${size}`, session =>
      session.run('burst', { calls, repeats: Math.max(1, 20_000 / calls) }),
    ),
  )
}

function makespan(id: string, durations: number[]): Step {
  return inPool({ workers: WORKERS }, id, session => session.run('makespan', { durations, workers: WORKERS }))
}

function alternating(count: number): number[] {
  return Array.from({ length: count }, (_, at) => (at % 2 === 0 ? 20 : 1))
}

/**
 * Samples of a Pareto distribution (shape 1.5, from 2 ms, cut off at 60 ms), always the same ones. With this seed, two workers
 * finish within 0.2 % of the ideal time if the free one takes the next job; with round robin they lose 8 %.
 */
function pareto(count: number): number[] {
  let state = 8
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.min(60, 2 / (1 - state / 2 ** 32) ** (1 / 1.5))
  })
}
