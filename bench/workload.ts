/** What a workload is, and how its parts are written. */
import type { ContenderName } from './page/main.ts'
import type { PoolOptions } from './page/pool.ts'
import type { Session } from './session.ts'
import { median } from './statistics.ts'

/** One line of the table. */
export type Measure = {
  id: string
  title: string
  unit: string
  better: 'lower' | 'higher'
  /** The hand-written code that the others are held against. */
  floor?: 'raw' | 'rawq'
  /** For this package: a bound of its ratio to the floor, or of the value itself. */
  target?: { of: 'ratio' | 'value'; bound: number }
  /** How to compute it from other measures of the same round. */
  from?: (values: Record<string, number>) => number
}

/** What is measured in one go. One that fails leaves the other steps of its workload alone. */
export type Step = {
  /** The measures it gives. */
  ids: string[]
  measure(session: Session): Promise<Record<string, number>>
}

export type Workload = {
  name: string
  measures: Measure[]
  steps: Step[]
  /** Who takes part. Default: the libraries for calls. */
  contenders?: ContenderName[]
  /** Every step of every round has a page of its own. Default: a contender keeps its page. */
  freshPages?: boolean
}

export const WORKERS = 2

/** The libraries for calls, and the baselines. */
export const CALLERS: ContenderName[] = [
  'raw',
  'rawq',
  'comlink',
  'workerpool',
  'poolifier',
  'threads',
  'atelier',
]

export function atMost(bound: number, floor: 'raw' | 'rawq') {
  return { better: 'lower', floor, target: { of: 'ratio', bound } } as const
}

export function atLeast(bound: number, floor: 'raw' | 'rawq') {
  return { better: 'higher', floor, target: { of: 'ratio', bound } } as const
}

export function valueAtMost(bound: number, floor?: 'rawq') {
  return { better: 'lower', ...(floor ? { floor } : {}), target: { of: 'value', bound } } as const
}

export function step(id: string, measure: (session: Session) => Promise<number>): Step {
  return { ids: [id], measure: async session => ({ [id]: await measure(session) }) }
}

/**
 * A step with a pool that is opened before and closed behind it. What takes a few milliseconds is repeated, each time in a new
 * pool; the median counts.
 */
export function inPool(
  options: PoolOptions,
  id: string,
  measure: (session: Session) => Promise<number>,
  repeats = 1,
): Step {
  return step(id, async session => {
    const values: number[] = []
    while (values.length < repeats) {
      await session.open(options)
      values.push(await measure(session))
      await session.close()
    }
    return median(values)
  })
}

export function quotient(values: Record<string, number>, dividend: string, divisor: string): number {
  return (values[dividend] ?? Number.NaN) / (values[divisor] ?? Number.NaN)
}
