/** Whose turn it is: priorities, a viewport that moves on, and a budget of two tasks. */
import type { PoolOptions } from './page/pool.ts'
import { atMost, inPool, type Measure, quotient, type Step, WORKERS, type Workload } from './workload.ts'

const BACKLOG = 100_000
const LEVELS = 16
const SHORT_REPEATS = 3

const PARTS = [
  ['enqueue', 'enqueue'],
  ['cancelAll', 'cancel all by key, per call'],
  ['cancelOne', 'cancel one in the middle'],
  ['startAll', 'start and answer, 64 in flight, per call'],
] as const

const levels: Workload = {
  name: 'levels',
  measures: PARTS.flatMap(([part, title]): Measure[] => [
    ...[1, LEVELS].map(
      (count): Measure => ({
        id: `${part}-of-${count}`,
        title: `${title}, 100k queued at ${count} priorit${count === 1 ? 'y' : 'ies'}`,
        unit: 'µs',
        better: 'lower',
      }),
    ),
    {
      id: `${part}-levels`,
      title: `${title}: ${LEVELS} priorities over 1`,
      unit: '×',
      better: 'lower',
      from: values => quotient(values, `${part}-of-${LEVELS}`, `${part}-of-1`),
    },
  ]),
  steps: PARTS.flatMap(([part]) =>
    [1, LEVELS].map(count =>
      inPool(
        {
          ...{ workers: 1, keyed: part !== 'startAll', backlog: true, priorities: true },
          ...(part === 'startAll' ? { inFlight: 64 } : {}),
        },
        `${part}-of-${count}`,
        session => session.run(part, { calls: BACKLOG, levels: count }),
        SHORT_REPEATS,
      ),
    ),
  ),
}

/** A view of 12 tiles every 15 ms, of which two workers render one in 30 ms. */
const VIEWS = { views: LEVELS, tiles: 12, tileMs: 5, everyMs: 15 }

const viewport: Workload = {
  name: 'viewport',
  measures: (
    [
      ['order', 'first in, first out', 1.15],
      ['newest', 'newest first', 0.5],
      ['priorities', 'a higher priority for each view', 0.5],
    ] as const
  ).map(([id, title, bound]) => ({
    id: `viewport-${id}`,
    title: `the last of 16 views is complete, ${title}`,
    unit: 'ms',
    ...atMost(bound, 'rawq'),
  })),
  steps: [
    viewportStep('order', {}),
    viewportStep('newest', { newestFirst: true }),
    viewportStep('priorities', { priorities: true }),
  ],
}

/** Every part of it with two workers for each of two tasks, on as many cores. */
const budget: Workload = {
  name: 'budget',
  measures: (
    [
      ['apart', 'without a budget'],
      ['shared', 'with a budget of 2 busy workers'],
      ['urgent', 'with that budget, the short calls first'],
    ] as const
  ).flatMap(([id, title]): Measure[] => [
    {
      id: `budget-${id}`,
      title: `300 CPU-bound jobs and 30 short calls of two tasks, ${title}`,
      unit: 'ms',
      better: 'lower',
    },
    {
      id: `latency-${id}`,
      title: `median of those short calls, ${title}`,
      unit: 'ms',
      better: 'lower',
    },
  ]),
  steps: [
    budgetStep('apart', {}, 0),
    budgetStep('shared', { budget: WORKERS }, 0),
    budgetStep('urgent', { budget: WORKERS, priorities: true }, LEVELS - 1),
  ],
}

export const turnWorkloads = [levels, viewport, budget]

function viewportStep(id: string, options: Omit<PoolOptions, 'workers'>): Step {
  return inPool({ workers: WORKERS, backlog: true, ...options }, `viewport-${id}`, session =>
    session.run('lastView', VIEWS),
  )
}

function budgetStep(id: string, options: Omit<PoolOptions, 'workers'>, priority: number): Step {
  return {
    ids: [`budget-${id}`, `latency-${id}`],
    async measure(session) {
      await session.open({ workers: WORKERS, second: true, ...options })
      const { makespan, latency } = await session.run('twoTasks', {
        ...{ jobs: 300, limit: 100_000 },
        ...{ calls: 30, everyMs: 20, callLimit: 3_000, priority },
      })
      await session.close()
      return { [`budget-${id}`]: makespan, [`latency-${id}`]: latency }
    },
  }
}
