import { afterEach, expect, it, vi } from 'vitest'
import { rejection } from '../support/outcome.ts'
import { talks } from './talks.ts'

afterEach(() => vi.unstubAllGlobals())

it('what a synchronous handler reports arrives in order, and the last value before the result', async () => {
  const { task } = talks()
  const told: number[] = []
  const order: (number | string)[] = []
  const onProgress = (n: number) => {
    told.push(n)
    order[0] = n
  }
  const result = await task.with({ onProgress }).count(1_000_000)
  order.push('result')
  expect(result).toBe(1_000_000)
  expect(told).toEqual([...told].sort((a, b) => a - b))
  expect(told[0]).toBe(1)
  expect(order).toEqual([1_000_000, 'result'])
})

it('what a handler reports leaves a worker that never lets go of its thread', async () => {
  const { task, runtime } = talks()
  const told: number[] = []
  const call = rejection(task.with({ onProgress: ({ n }: { n: number }) => told.push(n) }).countForever())
  await expect.poll(() => told.length).toBeGreaterThan(3)
  runtime.dispose()
  expect((await call).name).toBe('TaskDisposedError')
})

it('nothing that a handler reports is told after its call was aborted', async () => {
  const { task, runtime } = talks()
  const told: number[] = []
  const call = rejection(task.with({ key: 'k', onProgress: (n: number) => told.push(n) }).countSlowly())
  await expect.poll(() => told.length).toBeGreaterThan(1)
  runtime.abortTaskController.abort('k')
  const heard = told.length
  expect((await call).name).toBe('AbortError')
  await expect.poll(() => task.getState().queueDepth).toBe(0)
  expect(told).toHaveLength(heard)
})

it.each(['function', 'image'] as const)(
  'a reported value that cannot arrive (%s) is dropped, and neither its call nor its neighbors notice',
  async what => {
    const { task, workers } = talks()
    await task.echo('up')
    const told: unknown[] = []
    const call = task.with({ onProgress: value => told.push(value) }).reportBadly(what)
    expect(await Promise.all([call, task.echo(1)])).toEqual(['done', 1])
    expect(told.at(-1)).toBe('good')
    expect(await task.echo('after')).toBe('after')
    expect(workers).toHaveLength(1)
  },
)

it('a listener that throws is reported by the page, and its call goes on', async () => {
  const uncaught = vi.fn()
  vi.stubGlobal('reportError', uncaught)
  const { task, workers } = talks()
  const onProgress = () => {
    throw new Error('in a listener')
  }
  expect(await task.with({ onProgress }).count(10)).toBe(10)
  expect(uncaught).toHaveBeenCalledWith(expect.objectContaining({ message: 'in a listener' }))
  expect(workers).toHaveLength(1)
})

it('many calls at once each tell their own listener, and end with their own last value', async () => {
  const { task } = talks({ maxInFlight: 64, maxQueueDepth: 64 })
  const last = new Map<number, number>()
  const counts = Array.from({ length: 40 }, (_, n) => 100 + n)
  await Promise.all(counts.map(to => task.with({ onProgress: (n: number) => last.set(to, n) }).count(to)))
  expect([...last].sort()).toEqual(counts.map(to => [to, to]))
})
