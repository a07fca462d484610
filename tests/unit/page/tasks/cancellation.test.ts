import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TaskDispatchOptions } from '../../../../ts/api/task.ts'
import { type Bench, bench } from '../../../support/bench.ts'
import { rejection, watch } from '../../../support/outcome.ts'
import { turns, until } from '../../../support/turns.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const reason = { why: 'scrolled away' }

type Way = {
  by: string
  /** The options of the call that is canceled. */
  options: (controller: AbortController) => TaskDispatchOptions
  cancel: (b: Bench, controller: AbortController) => void
  message: string
}

const ways: Way[] = [
  {
    by: 'its key',
    options: () => ({ key: 'key' }),
    cancel: ({ runtime }) => runtime.abortTaskController.abort('key'),
    message:
      'The call "run" of task "bench" was aborted by its key "key". Calls with this key are aborted until ' +
      'abortTaskController.clear("key").',
  },
  {
    by: 'its own signal',
    options: ({ signal }) => ({ signal }),
    cancel: (_, controller) => controller.abort(reason),
    message: 'The call "run" of task "bench" was aborted by its signal.',
  },
  {
    by: 'its timeout',
    options: () => ({}),
    cancel: () => vi.advanceTimersByTime(1_000),
    message: 'The call "run" of task "bench" timed out.',
  },
]

describe.each(ways)('calls canceled together by $by', ({ options, cancel, by }) => {
  it(`calls that are canceled together by ${by} get the same error, and those of another method or a later time their own`, async () => {
    const b = bench({ maxQueueDepth: 10, ...(by === 'its timeout' ? { timeoutMs: 1_000 } : {}) })
    const doom = async () => {
      const controller = new AbortController()
      const task = b.task.with(options(controller))
      const doomed = [task.run(1), task.run(2), task.echo(3)].map(call => watch(call))
      cancel(b, controller)
      b.runtime.abortTaskController.clear('key')
      await until(() => doomed.every(({ status }) => status === 'rejected'))
      return doomed.map(({ reason }) => reason)
    }
    const [one, two, other] = await doom()
    const [later] = await doom()
    expect(two).toBe(one)
    expect(other).not.toBe(one)
    expect(later).not.toBe(one)
  })
})

describe.each(ways)('a call canceled by $by', ({ options, cancel, message, by }) => {
  const abandon = by === 'its timeout' ? { timeoutMs: 1_000 } : {}
  const only = (b: Bench, controller: AbortController) =>
    watch(b.task.with(options(controller)).run('doomed'))

  it.each([
    ['in flight', 0],
    ['pending', 1],
    ['waiting', 2],
  ])(
    `a call that is canceled by ${by} while it is %s rejects at once with an AbortError that says why`,
    async (_, before) => {
      const b = bench({ maxQueueDepth: 1, ...abandon })
      const controller = new AbortController()
      for (let n = 0; n < before; n++) watch(b.task.run(n))
      const call = only(b, controller)
      await b.job(before === 0 ? 'doomed' : 0)
      cancel(b, controller)
      await turns()
      expect(call.reason).toBeInstanceOf(DOMException)
      expect(call.reason).toMatchObject({ name: 'AbortError', message })
    },
  )

  it(`a call that is canceled by ${by} aborts its handler's signal, and keeps its place until the handler ends`, async () => {
    const b = bench(abandon)
    const controller = new AbortController()
    only(b, controller)
    const { context, resolve } = await b.job('doomed')
    expect(context.signal.aborted).toBe(false)
    cancel(b, controller)
    const next = watch(b.task.run('next'))
    await until(() => context.signal.aborted)
    expect(context.signal.reason).toMatchObject({ name: 'AbortError' })
    expect(context.throwIfAborted).toThrow(context.signal.reason)
    expect(b.jobs).toHaveLength(1)
    expect(b.task.getState().queueDepth).toBe(1)
    resolve('too late')
    await b.job('next')
    expect(next.status).toBe('open')
  })

  it(`a call that is canceled by ${by} before its message has left is never sent, and its place is free`, async () => {
    const b = bench(abandon)
    await b.task.echo('up')
    const controller = new AbortController()
    const call = only(b, controller)
    cancel(b, controller)
    expect(b.task.getState().queueDepth).toBe(0)
    expect(await b.task.echo('next')).toBe('next')
    expect(call.status).toBe('rejected')
    expect(b.jobs).toEqual([])
  })

  it(`a call that is canceled by ${by} leaves the calls around it alone`, async () => {
    const b = bench({ maxQueueDepth: 4 })
    const others = ['a', 'b', 'c'].map(name => watch(b.task.run(name)))
    const controller = new AbortController()
    const deadline = b.runtime.defineTask<{ run(name: string): Promise<unknown> }>({
      type: 'singleton',
      worker: b.worker,
      ...abandon,
    })
    watch((by === 'its timeout' ? deadline : b.task).with(options(controller)).run('doomed'))
    cancel(b, controller)
    for (const name of ['a', 'b', 'c']) (await b.job(name)).resolve(name)
    await b.task.drain()
    await turns()
    expect(others.map(({ value }) => value)).toEqual(['a', 'b', 'c'])
  })
})

it("the cause of an AbortError is the signal's reason, whatever it is", async () => {
  const b = bench({ maxInFlight: 8 })
  for (const given of [reason, new Error('enough'), 'text', 0]) {
    const controller = new AbortController()
    const call = rejection(b.task.with({ signal: controller.signal }).cooperate())
    controller.abort(given)
    expect((await call).cause).toBe(given)
  }
})

it('the cause of an AbortError is a TimeoutError when timeoutMs fired', async () => {
  const b = bench({ timeoutMs: 250 })
  const call = rejection(b.task.run('a'))
  vi.advanceTimersByTime(250)
  expect((await call).cause).toMatchObject({
    name: 'TimeoutError',
    message: 'The call was not settled within its timeout of 250 ms.',
  })
})

it('an AbortError has no cause when a key was aborted whose signal nobody has', async () => {
  const { task, runtime } = bench()
  const call = rejection(task.with({ key: 'key' }).run('a'))
  runtime.abortTaskController.abort('key')
  expect('cause' in (await call) && (await call).cause !== undefined).toBe(false)
})

it("the cause of an AbortError is the reason of the key's signal when somebody has that signal", async () => {
  const { task, runtime } = bench()
  const keys = runtime.abortTaskController
  const signal = keys.signalFor('key')
  const call = rejection(task.with({ key: 'key' }).run('a'))
  keys.abort('key')
  expect((await call).cause).toBe(signal.reason)
  expect(signal.reason).toMatchObject({ name: 'AbortError', message: 'The key "key" was aborted.' })
})

it.each<[string, (b: Bench, controller: AbortController) => void, unknown]>([
  ['key', ({ runtime }) => runtime.abortTaskController.abort('explicit'), undefined],
  ['signal', (_, controller) => controller.abort(reason), reason],
  ['timeout', () => vi.advanceTimersByTime(500), expect.objectContaining({ name: 'TimeoutError' })],
])('key, signal and timeout compose: the %s works beside the others', async (_, cancel, cause) => {
  const b = bench({ timeoutMs: 500, keyOf: () => 'derived' })
  const controller = new AbortController()
  const call = watch(b.task.with({ key: 'explicit', signal: controller.signal }).run('a'))
  await b.job('a')
  b.runtime.abortTaskController.abort('derived')
  await turns()
  expect(call.status).toBe('open')
  cancel(b, controller)
  await turns()
  expect((call.reason as Error).name).toBe('AbortError')
  expect((call.reason as Error).cause).toEqual(cause)
})

it('key, signal and timeout together settle a call once', async () => {
  const b = bench({ timeoutMs: 500 })
  const settled = vi.fn()
  const controller = new AbortController()
  b.task.with({ key: 'key', signal: controller.signal }).run('a').then(settled, settled)
  await b.job('a')
  controller.abort()
  b.runtime.abortTaskController.abort('key')
  vi.advanceTimersByTime(10_000)
  ;(await b.job('a')).resolve('late')
  await turns()
  expect(settled).toHaveBeenCalledOnce()
})

it('a signal that is already aborted rejects the call, which never reaches a worker', async () => {
  const { task, workers } = bench()
  const error = await rejection(task.with({ signal: AbortSignal.abort(reason) }).run('a'))
  expect(error).toMatchObject({ name: 'AbortError' })
  expect(error.cause).toBe(reason)
  expect(workers).toEqual([])
})

it('a signal that aborts while keyOf runs cancels the call', async () => {
  const controller = new AbortController()
  const { task } = bench({
    keyOf: () => {
      controller.abort(reason)
      return 'key'
    },
  })
  const error = await rejection(task.with({ signal: controller.signal }).run('a'))
  expect(error.cause).toBe(reason)
})

it('a signal has one listener however many calls share it, and none when they have ended', async () => {
  const b = bench({ maxInFlight: 16, maxQueueDepth: Number.POSITIVE_INFINITY })
  const other = b.runtime.defineTask<{ echo(value: number): Promise<number> }>({
    type: 'singleton',
    worker: b.worker,
  })
  const { signal } = new AbortController()
  const add = vi.spyOn(signal, 'addEventListener')
  const calls = Array.from({ length: 10_000 }, (_, n) => b.task.with({ signal }).echo(n))
  calls.push(other.with({ signal }).echo(1))
  expect(add).toHaveBeenCalledOnce()
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  await Promise.all(calls)
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

it('a signal has no listener left after it has aborted, nor after a refused call', async () => {
  const b = bench({ maxQueueDepth: 0, queuePolicy: 'reject' })
  const controller = new AbortController()
  const { signal } = controller
  watch(b.task.with({ signal }).run('a'))
  await b.job('a')
  const other = new AbortController().signal
  await rejection(b.task.with({ signal: other }).run('b'))
  expect(getEventListeners(other, 'abort')).toHaveLength(0)
  controller.abort()
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

it('100,000 calls that share one signal are canceled together, each once', { timeout: 60_000 }, async () => {
  const b = bench({ maxQueueDepth: Number.POSITIVE_INFINITY })
  const controller = new AbortController()
  let settled = 0
  const count = () => settled++
  for (let n = 0; n < 100_000; n++) b.task.with({ signal: controller.signal }).run(n).then(count, count)
  controller.abort()
  await turns()
  expect(settled).toBe(100_000)
})

it.each<[string, (job: Awaited<ReturnType<Bench['job']>>) => void]>([
  ['a result', ({ resolve }) => resolve('late')],
  ['an error', ({ reject }) => reject(new Error('late'))],
])(
  'a late reply to a canceled call that is %s changes nothing, and is only counted as ignored',
  async (_, answer) => {
    const b = bench()
    const call = watch(b.task.with({ key: 'key' }).run('a'))
    const job = await b.job('a')
    b.runtime.abortTaskController.abort('key')
    await turns()
    const counts = vi.fn()
    b.runtime.subscribeEvents(event => event.kind === 'counter' && counts(event.name))
    answer(job)
    await turns()
    expect(call.reason).toMatchObject({ name: 'AbortError' })
    expect(counts.mock.calls).toEqual([['task.ignored.total']])
    expect(b.task.getState().queueDepth).toBe(0)
  },
)

it('cancelGraceMs replaces the worker of a canceled call that does not end in time', async () => {
  const b = bench({ cancelGraceMs: 100, maxQueueDepth: 4 })
  const call = watch(b.task.with({ key: 'key' }).run('stuck'))
  await b.job('stuck')
  b.runtime.abortTaskController.abort('key')
  const next = b.task.echo('next')
  await turns()
  expect(call.status).toBe('rejected')
  vi.advanceTimersByTime(99)
  expect(b.workers).toHaveLength(1)
  vi.advanceTimersByTime(1)
  expect(b.workers.map(({ terminated }) => terminated)).toEqual([true, false])
  expect(await next).toBe('next')
})

it('cancelGraceMs leaves the worker of a canceled call that ends in time', async () => {
  const b = bench({ cancelGraceMs: 100 })
  const call = rejection(b.task.with({ key: 'key' }).cooperate())
  await turns()
  b.runtime.abortTaskController.abort('key')
  expect((await call).name).toBe('AbortError')
  await turns()
  vi.advanceTimersByTime(10_000)
  expect(await b.task.echo('next')).toBe('next')
  expect(b.workers).toHaveLength(1)
  expect(vi.getTimerCount()).toBe(0)
})

it('a worker that is replaced after cancelGraceMs counts as terminated, not as crashed', async () => {
  const b = bench({ cancelGraceMs: 10, crashMaxRetries: 0 })
  const counts: string[] = []
  b.runtime.subscribeEvents(({ kind, name }) => kind === 'counter' && counts.push(name))
  for (let time = 0; time < 5; time++) {
    const key = `key-${time}`
    watch(b.task.with({ key }).run(key))
    await b.job(key)
    b.runtime.abortTaskController.abort(key)
    vi.advanceTimersByTime(10)
  }
  expect(b.task.getState().lastCrash).toBeUndefined()
  expect(counts.filter(name => name === 'worker.terminate.total')).toHaveLength(5)
  expect(counts).not.toContain('worker.crash.total')
  expect(await b.task.echo('alive')).toBe('alive')
})

it.each([
  ['restart-fail-in-flight', 'rejected'],
  ['restart-requeue-in-flight', 'open'],
  ['fail-task', 'rejected'],
] as const)(
  'a worker that is replaced after cancelGraceMs leaves its other calls to the crash policy %s',
  async (crashPolicy, status) => {
    const b = bench({ cancelGraceMs: 10, maxInFlight: 2, crashPolicy })
    watch(b.task.with({ key: 'key' }).run('stuck'))
    const sibling = watch(b.task.run('sibling'))
    await b.job('sibling')
    b.runtime.abortTaskController.abort('key')
    vi.advanceTimersByTime(10)
    await turns()
    expect(sibling.status).toBe(status)
    if (status === 'open') {
      expect((await b.job('sibling', 1)).worker).toBe(1)
    } else {
      expect(sibling.reason).toMatchObject({
        name: 'WorkerCrashedError',
        taskId: 'bench',
        workerIndex: 0,
        cause: {
          message:
            'The worker was replaced because another, canceled call on it did not stop within cancelGraceMs.',
        },
      })
    }
    expect(await b.task.echo('alive')).toBe('alive')
  },
)

it('a cancelGraceMs of 0 terminates the worker on the next turn of the event loop', async () => {
  const b = bench({ cancelGraceMs: 0 })
  watch(b.task.with({ key: 'key' }).run('stuck'))
  await b.job('stuck')
  b.runtime.abortTaskController.abort('key')
  vi.advanceTimersByTime(0)
  expect(b.workers.map(({ terminated }) => terminated)).toEqual([true, false])
})

it('without cancelGraceMs a canceled call keeps its worker for as long as it runs', async () => {
  const b = bench()
  watch(b.task.with({ key: 'key' }).run('stuck'))
  await b.job('stuck')
  b.runtime.abortTaskController.abort('key')
  vi.advanceTimersByTime(24 * 3_600_000)
  expect(b.workers).toHaveLength(1)
  expect(b.task.getState().queueDepth).toBe(1)
})
