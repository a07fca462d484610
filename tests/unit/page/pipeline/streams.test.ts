import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parallelLimit } from '../../../../ts/page/pipeline/parallel-limit.ts'
import type { TaskContext } from '../../../../ts/worker.ts'
import { all, outcome } from '../../../support/iteration.ts'
import { streamBench } from '../../../support/stream-bench.ts'
import { turns, until } from '../../../support/turns.ts'

/** What the streams of a test have done: those that have begun and not ended, the most at a time, and the names of those that ended. */
function watched(config: Parameters<typeof streamBench>[1] = {}) {
  const seen = { open: 0, most: 0, ended: [] as string[], yielded: 0 }
  const handlers = {
    /** The items `name0`, `name1`, …; with a negative number, that many and then an error. */
    async *letters(name: string, count: number, ctx: TaskContext) {
      seen.most = Math.max(seen.most, ++seen.open)
      try {
        for (let i = 0; i < Math.abs(count); i++) {
          await ctx.yield()
          seen.yielded++
          yield `${name}${i}`
        }
        if (count < 0) throw new RangeError(name)
      } finally {
        seen.open--
        seen.ended.push(name)
      }
    },
    async *endless(name: string) {
      try {
        for (let i = 0; ; i++) {
          await null
          seen.yielded++
          yield `${name}${i}`
        }
      } finally {
        seen.ended.push(name)
      }
    },
  }
  const { task, runtime } = streamBench(handlers, { type: 'parallel', poolSize: 4, ...config })
  return { task, runtime, seen }
}

type Item = { name: string; count: number }
const items = (...counts: number[]): Item[] =>
  counts.map((count, i) => ({ name: String.fromCharCode(97 + i), count }))

describe('parallelLimit over streams', () => {
  it('yields the items of all streams, with at most so many streams open at a time', async () => {
    const { task, seen } = watched()
    const results = await all(
      parallelLimit(items(3, 0, 2, 1, 4), 2, ({ name, count }) => task.letters(name, count)),
    )
    expect(results.toSorted()).toEqual(['a0', 'a1', 'a2', 'c0', 'c1', 'd0', 'e0', 'e1', 'e2', 'e3'])
    expect(seen.most).toBe(2)
  })

  it('ordered: yields what a loop over one stream after the other would, and ends as it would', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -4, max: 6 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        async (counts, limit, ahead) => {
          const { task } = watched({ options: { ahead } })
          const expected: string[] = []
          const end = counts.findIndex(count => count < 0)
          items(...counts).forEach(({ name, count }, i) => {
            if (end >= 0 && i > end) return
            for (let n = 0; n < Math.abs(count); n++) expected.push(`${name}${n}`)
          })
          const made = parallelLimit(
            items(...counts),
            limit,
            ({ name, count }) => task.letters(name, count),
            {
              ordered: true,
            },
          )
          const { results, error } = await outcome(made)
          expect(results).toEqual(expected)
          expect((error as Error | undefined)?.name).toBe(end >= 0 ? 'RangeError' : undefined)
          await until(() => task.getState().queueDepth + task.getState().restingDepth === 0, 'all have ended')
        },
      ),
      { numRuns: 40 },
    )
  })

  it('takes no more from streams whose turn has not come than they may be ahead', async () => {
    const { task, seen } = watched({ options: { ahead: 3 } })
    const iteration = parallelLimit(['a', 'b', 'c'], 3, name => task.endless(name), { ordered: true })
    expect(await iteration.next()).toEqual({ done: false, value: 'a0' })
    await turns()
    await until(() => task.getState().restingDepth === 3, 'all three rest')
    expect(seen.yielded).toBeLessThanOrEqual(3 * (3 + 2))
    await iteration.return()
  })

  it('ends the streams that are open when the loop is left', async () => {
    const { task, seen } = watched()
    for await (const item of parallelLimit(['a', 'b'], 2, name => task.endless(name))) {
      if (item.endsWith('5')) break
    }
    await until(() => seen.ended.length === 2, 'both handlers have cleaned up')
    expect(task.getState()).toMatchObject({ queueDepth: 0, restingDepth: 0 })
  })

  it('ends the other streams when one fails, after the items that came first', async () => {
    const { task, seen } = watched()
    const { results, error } = await outcome(
      parallelLimit(['a', 'bad'], 2, name => (name === 'bad' ? task.letters(name, -2) : task.endless(name))),
    )
    expect(error).toBeInstanceOf(RangeError)
    expect(results).toContain('bad1')
    await until(() => seen.ended.length === 2, 'both handlers have ended')
  })

  it("'continue': skips the rest of a stream that fails", async () => {
    const { task } = watched()
    const errors: unknown[] = []
    const results = await all(
      parallelLimit(items(2, -1, 2), 1, ({ name, count }) => task.letters(name, count), {
        errorPolicy: 'continue',
        onError: (error, { name }) => errors.push([(error as Error).message, name]),
      }),
    )
    expect(results).toEqual(['a0', 'a1', 'b0', 'c0', 'c1'])
    expect(errors).toEqual([['b', 'b']])
  })

  it('returnSettled: yields each item with what it came from, and the failure that ends a stream', async () => {
    const { task } = watched()
    const [item] = items(-1)
    const results = await all(
      parallelLimit(items(-1), 1, ({ name, count }) => task.letters(name, count), { returnSettled: true }),
    )
    expect(results).toEqual([
      { status: 'fulfilled', value: 'a0', item },
      { status: 'rejected', reason: new RangeError('a'), item },
    ])
  })

  it('drops the items of a key that is aborted, and goes on with the others', async () => {
    const { task, runtime, seen } = watched()
    const { abortTaskController } = runtime
    const results: string[] = []
    const iteration = parallelLimit(['a', 'b'], 1, name => task.with({ key: name }).endless(name), {
      abortTaskController,
      keyOf: name => name,
    })
    for await (const item of iteration) {
      results.push(item)
      if (item === 'a1') abortTaskController.abort('a')
      if (item === 'b1') break
    }
    expect(results.filter(item => item.startsWith('b'))).toEqual(['b0', 'b1'])
    await until(() => seen.ended.length === 2, 'both handlers have ended')
  })

  it('follows a stream that a promise brings', async () => {
    const { task } = watched()
    const results = parallelLimit(items(2), 1, async ({ name, count }) => task.letters(name, count))
    expect(await all(results)).toEqual(['a0', 'a1'])
  })

  it('leaves every other async iterable as it is', async () => {
    async function* generate() {
      yield 1
    }
    const [made] = await all(parallelLimit([1], 1, () => generate()))
    expect(Object.prototype.toString.call(made)).toBe('[object AsyncGenerator]')
  })
})
