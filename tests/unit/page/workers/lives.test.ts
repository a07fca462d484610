import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TaskDisposedError } from '../../../../ts/index.ts'
import { createVirtualClock, type VirtualClock } from '../../../../ts/testing.ts'
import { type Bench, bench } from '../../../support/bench.ts'
import { listen } from '../../../support/events.ts'
import { watch } from '../../../support/outcome.ts'
import { turns } from '../../../support/turns.ts'

let clock: VirtualClock

beforeEach(() => {
  clock = createVirtualClock()
})

afterEach(() => clock.restore())

const pool = (config = {}) => bench({ type: 'parallel', poolSize: 2, ...config })

const live = ({ workers }: Bench) => workers.flatMap(({ terminated }, at) => (terminated ? [] : [at]))

const reasons = (told: ReturnType<typeof listen>) =>
  told.metrics('worker.terminate.total').map(({ attrs }) => attrs?.reason)

describe('ctx.retire()', () => {
  it('replaces the worker once this call and the others on it have ended', async () => {
    const b = bench({ maxInFlight: 2 })
    const told = listen(b.runtime)
    const calls = ['a', 'b', 'c'].map(name => watch(b.task.run(name)))
    const { context, resolve } = await b.job('a')
    context.retire()
    context.retire()
    resolve('a')
    await turns()
    expect(calls.map(({ value }) => value)).toEqual(['a', undefined, undefined])
    expect(b.workers).toHaveLength(1)
    ;(await b.job('b')).resolve('b')
    ;(await b.job('c')).resolve('c')
    await turns()
    expect(calls.map(({ value }) => value)).toEqual(['a', 'b', 'c'])
    expect(b.jobs.map(({ worker }) => worker)).toEqual([0, 0, 1])
    expect(reasons(told)).toEqual(['retired'])
    expect(told.count('worker.crash.total')).toBe(0)
  })

  it('lets calls that come meanwhile go to other workers', async () => {
    const b = pool()
    watch(b.task.run('a'))
    ;(await b.job('a')).context.retire()
    await turns()
    expect(await b.task.echo('b')).toBe('b')
    expect(await b.task.echo('c')).toBe('c')
    expect(b.workers).toHaveLength(2)
    ;(await b.job('a')).resolve('a')
    await turns()
    expect(live(b)).toEqual([1])
  })

  it('leaves a worker alone as long as a stream that it has returned is open', async () => {
    const b = bench()
    const call = watch(b.task.run('a'))
    const { context, resolve } = await b.job('a')
    context.retire()
    let close = () => {}
    resolve(
      new ReadableStream<string>({
        start(controller) {
          controller.enqueue('item')
          close = () => controller.close()
        },
      }),
    )
    await turns()
    const reader = (call.value as ReadableStream<string>).getReader()
    expect(await reader.read()).toEqual({ done: false, value: 'item' })
    await turns()
    expect(live(b)).toEqual([0])
    close()
    expect(await reader.read()).toEqual({ done: true, value: undefined })
    await turns()
    expect(live(b)).toEqual([])
  })

  it('does nothing once the call has ended', async () => {
    const b = bench()
    watch(b.task.run('a'))
    const { context, resolve } = await b.job('a')
    const { retire } = { ...context }
    resolve('a')
    await turns()
    retire()
    await turns()
    expect(await b.task.echo('b')).toBe('b')
    expect(live(b)).toEqual([0])
  })
})

describe('maxCallsPerWorker', () => {
  it('replaces a worker after so many calls', async () => {
    const b = bench({ maxCallsPerWorker: 2 })
    const told = listen(b.runtime)
    for (const value of [1, 2, 3, 4, 5]) expect(await b.task.echo(value)).toBe(value)
    expect(b.workers).toHaveLength(3)
    expect(live(b)).toEqual([2])
    expect(reasons(told)).toEqual(['retired', 'retired'])
    expect(told.count('worker.crash.total')).toBe(0)
  })

  it('replaces no worker before all of its calls are answered', async () => {
    const b = bench({ maxCallsPerWorker: 2, maxInFlight: 2 })
    const calls = ['a', 'b', 'c'].map(name => watch(b.task.run(name)))
    ;(await b.job('b')).resolve('b')
    await turns()
    expect(calls.map(({ value }) => value)).toEqual([undefined, 'b', undefined])
    expect(b.workers).toHaveLength(1)
    ;(await b.job('a')).resolve('a')
    ;(await b.job('c')).resolve('c')
    await turns()
    expect(calls.map(({ value }) => value)).toEqual(['a', 'b', 'c'])
    expect(b.jobs.map(({ worker }) => worker)).toEqual([0, 0, 1])
  })

  it('of 1 gives every call a worker of its own', async () => {
    const b = pool({ maxCallsPerWorker: 1, maxInFlight: 6, maxQueueDepth: 100 })
    const calls = Array.from({ length: 20 }, (_, value) => b.task.echo(value))
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 20 }, (_, value) => value))
    expect(b.workers).toHaveLength(20)
    expect(live(b)).toEqual([])
  })

  it.each([0, -1, 1.5, Number.NaN])('out of range is a RangeError: %o', maxCallsPerWorker => {
    expect(() => pool({ maxCallsPerWorker })).toThrow(
      new RangeError(`maxCallsPerWorker must be a positive integer or Infinity, not ${maxCallsPerWorker}`),
    )
  })
})

describe('poolSize as a range', () => {
  it('creates the least number of workers with the task, and more when calls need them', async () => {
    const b = pool({ poolSize: { min: 1, max: 3 }, init: 'eager' })
    expect(live(b)).toEqual([0])
    const calls = ['a', 'b', 'c', 'd'].map(name => watch(b.task.run(name)))
    await b.job('c')
    expect(live(b)).toEqual([0, 1, 2])
    expect(b.task.getState()).toMatchObject({
      poolSize: 3,
      totalWorkers: 3,
      queueDepth: 3,
      pendingQueueDepth: 1,
    })
    for (const name of ['a', 'b', 'c', 'd']) (await b.job(name)).resolve(name)
    await turns()
    expect(calls.map(({ value }) => value)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('ends workers beyond the least number of them ten seconds after their last call', async () => {
    const b = pool({ poolSize: { min: 1, max: 3 } })
    const told = listen(b.runtime)
    for (const name of ['a', 'b', 'c']) watch(b.task.run(name))
    for (const name of ['a', 'b', 'c']) (await b.job(name)).resolve(name)
    await turns()
    await clock.advance(9_000)
    await b.task.echo('the first idle worker')
    await clock.advance(999)
    expect(live(b)).toEqual([0, 1, 2])
    await clock.advance(1)
    expect(live(b)).toEqual([0])
    expect(reasons(told)).toEqual(['idle', 'idle'])
    await clock.advance(60_000)
    expect(live(b)).toEqual([0])
    expect(await b.task.echo('and it serves')).toBe('and it serves')
  })

  it('ends all of them where none has to stay', async () => {
    const b = pool({ poolSize: { max: 2 }, idleTimeoutMs: 50 })
    await b.task.echo(1)
    await clock.advance(50)
    expect(live(b)).toEqual([])
    expect(await b.task.echo(2)).toBe(2)
  })

  it('reads its members once, outside of the kernel', () => {
    const read = vi.fn(() => 2)
    const b = pool({
      poolSize: {
        get max() {
          return read()
        },
      },
    })
    expect(read).toHaveBeenCalledOnce()
    expect(b.task.getState().poolSize).toBe(2)
  })

  it.each<[unknown, string]>([
    [
      { min: 3, max: 2 },
      'poolSize.min must be an integer from 0 to the max of poolSize, at most 1024, not 3',
    ],
    [{ max: 0 }, 'poolSize.max must be an integer from 1 to 1024, not 0'],
    [{ max: '4' }, 'poolSize.max must be an integer from 1 to 1024, not "4"'],
    [{ maximum: 4 }, 'poolSize has no option "maximum". Its options are: min, max.'],
    [[1, 2], 'poolSize must be an integer from 1 to 1024 or an object { min, max }, not 1,2'],
    [null, 'poolSize must be an integer from 1 to 1024 or an object { min, max }, not null'],
    [new Map(), 'poolSize must be an integer from 1 to 1024 or an object { min, max }, not [object Map]'],
    ['4', 'poolSize must be an integer from 1 to 1024 or an object { min, max }, not "4"'],
  ])('is refused by the name of what is wrong: %o', (poolSize, message) => {
    expect(() => pool({ poolSize })).toThrow(message)
  })

  it.each([{ min: 9, max: 2 }, { maximum: 4 }, 'many', null])('is ignored by a singleton: %o', poolSize => {
    expect(bench({ poolSize: poolSize as unknown as number }).task.getState().totalWorkers).toBe(1)
  })
})

describe('workers.replace()', () => {
  it('replaces the workers one after the other, each when its calls have ended', async () => {
    const b = pool({ init: 'eager' })
    const told = listen(b.runtime)
    const calls = ['a', 'b'].map(name => watch(b.task.run(name)))
    await b.job('b')
    const replaced = watch(b.task.workers.replace())
    ;(await b.job('b')).resolve('b')
    await turns()
    expect(live(b)).toEqual([0, 1])
    ;(await b.job('a')).resolve('a')
    await turns()
    expect(replaced.status).toBe('fulfilled')
    expect(live(b)).toEqual([2, 3])
    expect(calls.map(({ value }) => value)).toEqual(['a', 'b'])
    expect(reasons(told)).toEqual(['replaced', 'replaced'])
  })

  it('lets other workers serve the calls that come meanwhile', async () => {
    const b = pool({ init: 'eager' })
    watch(b.task.run('a'))
    await b.job('a')
    const replaced = watch(b.task.workers.replace())
    expect(await b.task.echo('b')).toBe('b')
    expect(await b.task.echo('c')).toBe('c')
    expect(replaced.status).toBe('open')
    b.task.stopWorkers()
    await turns()
    expect(replaced.status).toBe('fulfilled')
  })

  it('resolves at once where no worker lives, also of a stopped task', async () => {
    const b = pool({ init: 'eager' })
    b.task.stopWorkers()
    await b.task.workers.replace()
    await pool().task.workers.replace()
    expect(live(b)).toEqual([])
  })

  it('rejects when the task is disposed, before it or meanwhile', async () => {
    const b = bench()
    watch(b.task.run('a'))
    await b.job('a')
    const replaced = watch(b.task.workers.replace())
    b.task.dispose()
    await turns()
    expect(replaced.reason).toBeInstanceOf(TaskDisposedError)
    await expect(b.task.workers.replace()).rejects.toThrow(TaskDisposedError)
  })

  it('keeps the promises of several replacements apart', async () => {
    const b = bench({ init: 'eager' })
    const calls = ['a', 'b'].map(name => watch(b.task.run(name)))
    await b.job('a')
    const first = watch(b.task.workers.replace())
    ;(await b.job('a')).resolve('a')
    await b.job('b')
    expect(first.status).toBe('fulfilled')
    const second = watch(b.task.workers.replace())
    await turns()
    expect(second.status).toBe('open')
    ;(await b.job('b')).resolve('b')
    await turns()
    expect(second.status).toBe('fulfilled')
    expect(calls.map(({ value }) => value)).toEqual(['a', 'b'])
    expect(b.jobs.map(({ worker }) => worker)).toEqual([0, 1])
  })
})
