import { expect, it } from 'vitest'
import { rejection } from '../support/outcome.ts'
import { talks } from './talks.ts'

type Step = { steps: number; aborted: boolean }

it.each(['key', 'signal', 'timeout'] as const)(
  'a loop that yields ends when its call is canceled by its %s, and its worker goes on',
  async by => {
    const { task, runtime, workers } = talks()
    await task.echo('up')
    const stop = new AbortController()
    const told: Step[] = []
    const options = { key: 'k', signal: stop.signal, ...(by === 'timeout' && { timeoutMs: 200 }) }
    const call = rejection(task.with({ ...options, onProgress: (step: Step) => told.push(step) }).work())
    if (by !== 'timeout') await expect.poll(() => told.length).toBeGreaterThan(0)
    if (by === 'key') runtime.abortTaskController.abort('k')
    if (by === 'signal') stop.abort()
    expect((await call).name).toBe('AbortError')
    await expect.poll(() => task.getState().queueDepth).toBe(0)
    expect(told.some(({ aborted }) => aborted)).toBe(false)
    expect(await task.echo('after')).toBe('after')
    expect(workers).toHaveLength(1)
  },
)

it('a loop that yields lets other calls of its worker in', async () => {
  const { task } = talks()
  await task.echo('up')
  const call = rejection(task.with({ key: 'k' }).work())
  for (const n of [1, 2, 3]) expect(await task.echo(n)).toBe(n)
  expect(task.getState().queueDepth).toBe(1)
  task.dispose()
  expect((await call).name).toBe('TaskDisposedError')
})

it('a loop that yields at each of a million steps ends with its result', { timeout: 60_000 }, async () => {
  const { task } = talks()
  expect(await task.finish(1_000_000)).toBe(false)
})

it('a page that is not isolated shares no memory with its workers', async () => {
  const { task } = talks()
  expect(crossOriginIsolated).toBe(false)
  expect(await task.hasInterrupt()).toBe(false)
})
