import { describe, expect, it } from 'vitest'
import { rejection } from '../support/outcome.ts'
import { answered, hear, type Jobs, jobs } from './jobs.ts'

type Way = {
  by: string
  options?: (abort: AbortSignal) => { key?: string; signal?: AbortSignal }
  timeoutMs?: number
  cancel?: (jobs: Jobs, controller: AbortController) => void
  cause?: (cause: unknown) => void
}

const reason = { why: 'scrolled away' }

const ways: Way[] = [
  {
    by: 'its key',
    options: () => ({ key: 'row-1' }),
    cancel: ({ runtime }) => runtime.abortTaskController.abort('row-1'),
  },
  {
    by: 'its own signal',
    options: signal => ({ signal }),
    cancel: (_, controller) => controller.abort(reason),
    cause: cause => expect(cause).toBe(reason),
  },
  {
    by: 'its timeout',
    timeoutMs: 150,
    cause: cause => expect(cause).toMatchObject({ name: 'TimeoutError' }),
  },
]

describe.each(ways)('a running call that is canceled by $by', ({ options, timeoutMs, cancel, cause }) => {
  it('rejects with an AbortError, and its handler is told', async () => {
    const made = jobs({ timeoutMs })
    const { task } = made
    await answered(task)
    const channel = crypto.randomUUID()
    const next = hear(channel)
    const controller = new AbortController()
    const call = rejection(task.with(options?.(controller.signal) ?? {}).poll(channel))
    expect(await next()).toBe('started')
    cancel?.(made, controller)
    const error = await call
    expect(error).toBeInstanceOf(DOMException)
    expect(error.name).toBe('AbortError')
    cause?.(error.cause)
    expect(await next()).toBe('stopped by AbortError')
    await answered(task)
  })

  it('rejects its caller at once although its handler goes on, which keeps the place', async () => {
    const made = jobs({ timeoutMs, maxQueueDepth: 4 })
    const { task } = made
    await answered(task)
    const controller = new AbortController()
    const call = rejection(task.with(options?.(controller.signal) ?? {}).sleep(600))
    cancel?.(made, controller)
    expect((await call).name).toBe('AbortError')
    if (timeoutMs) {
      expect(task.getState().queueDepth).toBe(1)
    } else {
      // Cancelled in the very turn in which it was made: it may have been taken back before it left.
      expect(task.getState().queueDepth).toBeLessThanOrEqual(1)
    }
    await task.drain()
    expect(task.getState().queueDepth).toBe(0)
  })
})

describe('cancellation', () => {
  it('reaches calls in flight, pending and waiting by one key, and no others', async () => {
    const { task, runtime } = jobs({ maxQueueDepth: 1 })
    const doomed = ['in flight', 'pending', 'waiting'].map(() =>
      rejection(task.with({ key: 'a' }).cooperate()),
    )
    const other = task.with({ key: 'b' }).echo('other')
    runtime.abortTaskController.abort('a')
    for (const error of await Promise.all(doomed)) expect(error.name).toBe('AbortError')
    expect(await other).toBe('other')
  })

  it('that a handler asks for itself is an AbortError too', async () => {
    const { task } = jobs()
    const error = await rejection(task.abort())
    expect(error).toBeInstanceOf(DOMException)
    expect(error).toMatchObject({ name: 'AbortError', message: 'The handler gave up.' })
  })

  it('tells the handler the key of its call', async () => {
    const { task } = jobs()
    expect(await task.with({ key: 'row-1' }).key()).toBe('row-1')
    expect(await task.key()).toBeUndefined()
  })
})

describe('cancelGraceMs', () => {
  it('leaves a worker whose handler stops in time', async () => {
    const { task, runtime, workers } = jobs({ cancelGraceMs: 10_000 })
    await task.echo(1)
    const call = rejection(task.with({ key: 'a' }).cooperate())
    await new Promise(resolve => setTimeout(resolve, 10))
    runtime.abortTaskController.abort('a')
    expect((await call).name).toBe('AbortError')
    expect(await task.echo('next')).toBe('next')
    expect(workers).toHaveLength(1)
  })
})

it('the answer of a handler that did not heed its cancellation is counted as ignored, and as nothing else', async () => {
  const { runtime, task } = jobs()
  await task.echo('up')
  const counted: string[] = []
  runtime.subscribeEvents(({ kind, name }) => kind === 'counter' && counted.push(name))
  const call = rejection(task.with({ signal: AbortSignal.timeout(20) }).sleep(100))
  expect((await call).name).toBe('AbortError')
  expect(await task.echo('next')).toBe('next')
  expect(counted.filter(name => name !== 'task.dispatch.total')).toEqual([
    'task.canceled.total',
    'task.ignored.total',
    'task.success.total',
  ])
})
