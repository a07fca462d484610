import { expect, it } from 'vitest'
import { talks } from '../browser/talks.ts'
import { rejection } from '../support/outcome.ts'

const looks = ['aborted', 'throwIfAborted', 'interrupt', 'wasm'] as const
const ways = ['key', 'signal', 'timeout'] as const

it('the page is cross-origin isolated', () => {
  expect(crossOriginIsolated).toBe(true)
})

it.each(looks.flatMap(how => ways.map(by => ({ how, by }))))(
  'a synchronous loop that looks at $how ends when its call is canceled by its $by',
  async ({ how, by }) => {
    const { task, runtime, workers } = talks()
    await task.echo('up')
    const stop = new AbortController()
    const told: unknown[] = []
    const options = { key: 'k', signal: stop.signal, ...(by === 'timeout' && { timeoutMs: 300 }) }
    const call = rejection(task.with({ ...options, onProgress: value => told.push(value) }).spin(how))
    if (by !== 'timeout') await expect.poll(() => told.length).toBe(1)
    if (by === 'key') runtime.abortTaskController.abort('k')
    if (by === 'signal') stop.abort()
    expect((await call).name).toBe('AbortError')
    // The same worker takes a call again, so the loop has ended: it would go on for minutes.
    expect(await task.echo('after')).toBe('after')
    expect(workers).toHaveLength(1)
  },
)

it('a loop of a call that was sent before its worker was up ends, too', async () => {
  const { task, runtime, workers } = talks()
  const told: unknown[] = []
  const call = rejection(task.with({ key: 'k', onProgress: value => told.push(value) }).spin('aborted'))
  await expect.poll(() => told.length).toBe(1)
  runtime.abortTaskController.abort('k')
  expect((await call).name).toBe('AbortError')
  expect(await task.echo('after')).toBe('after')
  expect(workers).toHaveLength(1)
})

it('calls that were not canceled have a word that says so', async () => {
  const { task, runtime } = talks()
  const canceled = rejection(task.with({ key: 'k' }).work())
  runtime.abortTaskController.abort('k')
  await canceled
  await expect.poll(() => task.getState().queueDepth).toBe(0)
  expect(await task.hasInterrupt()).toBe(true)
  expect(await Promise.all([task.finish(1_000), task.finish(1_000)])).toEqual([false, false])
})
