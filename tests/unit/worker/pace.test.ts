import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Pace } from '../../../ts/worker/pace.ts'

beforeEach(() => vi.useFakeTimers({ now: 1_000, toFake: ['Date'] }))
afterEach(() => vi.useRealTimers())

/** Serves a message of calls, each with how long it takes; returns the places in front of which replies leave. */
function serve(pace: Pace, calls: [method: string, ms: number][]): number[] {
  pace.begin()
  return calls.flatMap(([method, ms], at) => {
    const leaves = pace.next(method)
    vi.advanceTimersByTime(ms)
    return leaves ? [at] : []
  })
}

const quick = (count: number): [string, number][] => Array.from({ length: count }, () => ['quick', 0])

describe('replies leave before the next call of a message', () => {
  it('where nothing is known of its method', () => {
    expect(
      serve(new Pace(), [
        ['echo', 0],
        ['spin', 600],
        ['echo', 0],
      ]),
    ).toEqual([1, 2])
  })

  it('not where it has been quick again and again, however many calls there are', () => {
    const pace = new Pace()
    serve(pace, quick(40))
    expect(serve(pace, quick(1_000))).toEqual([])
  })

  it('also where it has been quick, once replies have waited for a few milliseconds', () => {
    const pace = new Pace()
    serve(pace, quick(40))
    const calls = quick(200).map(([method], at): [string, number] => [method, at % 20 === 0 ? 1 : 0])
    expect(serve(pace, calls).length).toBeGreaterThanOrEqual(2)
  })

  it('again from the call on that follows a slow one, where few were quick before', () => {
    const pace = new Pace()
    serve(pace, quick(40))
    const before = serve(pace, [...quick(16), ['quick', 50], ...quick(16)])
    expect(before.length).toBeGreaterThanOrEqual(1)
    expect(serve(pace, quick(3))).toEqual([1, 2])
  })

  it('not after one slow call among many quick ones, but after the second', () => {
    const pace = new Pace()
    serve(pace, quick(3_000))
    const slow = () => serve(pace, [...quick(16), ['quick', 50], ...quick(16)])
    expect(slow()).toHaveLength(1)
    expect(serve(pace, quick(3))).toEqual([])
    slow()
    expect(serve(pace, quick(3))).toEqual([1, 2])
  })

  it('never in a message of one call', () => {
    const pace = new Pace()
    expect([serve(pace, [['spin', 600]]), serve(pace, [['spin', 600]])]).toEqual([[], []])
  })
})
