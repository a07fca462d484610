import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TaskConfig } from '../../../../ts/api/config.ts'
import { createTaskRuntime, WorkerCrashedError } from '../../../../ts/index.ts'
import { createVirtualClock, TestWorker, type VirtualClock } from '../../../../ts/testing.ts'
import type { TaskContext, WorkerSetup } from '../../../../ts/worker.ts'
import { type Deferred, deferred } from '../../../support/deferred.ts'
import { watch } from '../../../support/outcome.ts'
import { turns } from '../../../support/turns.ts'

let clock: VirtualClock

beforeEach(() => {
  clock = createVirtualClock()
})

afterEach(() => clock.restore())

type API = {
  seen(): Promise<unknown[]>
  index(): Promise<number>
  hang(): Promise<void>
}

/** A task whose workers note what they are set up with. `setup` runs after that. */
function stage(config: Partial<TaskConfig> = {}, setup?: WorkerSetup) {
  const workers: TestWorker[] = []
  const worker = () => {
    const seen: unknown[] = []
    const handlers = {
      seen: () => [...seen],
      index: (ctx: TaskContext) => ctx.workerIndex,
      hang: (_: TaskContext) => new Promise<void>(() => {}),
    }
    const made = new TestWorker(handlers, {
      setup: async (data, of) => {
        seen.push(data)
        await setup?.(data, of)
      },
    })
    workers.push(made)
    return made
  }
  const runtime = createTaskRuntime({ observability: { spans: 'off' } })
  const task = runtime.defineTask<API>({ type: 'singleton', worker, ...config })
  return { runtime, task, workers }
}

describe('the set-up of a worker', () => {
  it('gets the data of the task before the first call', async () => {
    const { task } = stage({ workerData: { model: 'small' } })
    expect(await task.seen()).toEqual([{ model: 'small' }])
  })

  it('is called with undefined where there is no data', async () => {
    expect(await stage().task.seen()).toEqual([undefined])
  })

  it('gets the index of the worker, which handlers have, too', async () => {
    const indexes: number[] = []
    const setup: WorkerSetup = (_, { index }) => void indexes.push(index)
    const { task } = stage({ type: 'parallel', poolSize: 3, init: 'eager' }, setup)
    expect(await Promise.all([task.index(), task.index(), task.index()])).toEqual([0, 1, 2])
    expect(indexes).toEqual([0, 1, 2])
  })

  it('keeps calls waiting until it has resolved, which is when the worker is ready', async () => {
    const set = deferred<void>()
    const { task } = stage({ startTimeoutMs: 1_000 }, () => set.promise)
    const call = watch(task.index())
    await clock.advance(999)
    await turns()
    expect(call.status).toBe('open')
    set.resolve()
    await turns()
    await clock.advance(1_000)
    expect(call).toMatchObject({ status: 'fulfilled', value: 0 })
  })

  it('that takes longer than startTimeoutMs is a crash', async () => {
    const { task } = stage({ startTimeoutMs: 1_000 }, () => new Promise(() => {}))
    const call = watch(task.index())
    await turns()
    await clock.advance(1_000)
    await turns()
    expect((call.reason as Error).cause).toMatchObject({ message: expect.stringContaining('startTimeoutMs') })
  })

  it.each<[string, WorkerSetup]>([
    [
      'throws',
      () => {
        throw new RangeError('no model')
      },
    ],
    ['rejects', () => Promise.reject(new RangeError('no model'))],
  ])('that %s is a crash with its error as the cause, and is not tried for ever', async (_, setup) => {
    const { task, workers } = stage({ crashMaxRetries: 2 }, setup)
    const call = watch(task.index())
    await turns()
    expect(call.reason).toBeInstanceOf(WorkerCrashedError)
    const { cause } = call.reason as Error
    expect(cause).toBeInstanceOf(RangeError)
    expect(cause).toMatchObject({ message: 'no model', stack: expect.stringContaining('setup.test') })
    expect(task.getState()).toMatchObject({ workerStatus: 'crashed', lastCrash: { error: 'no model' } })
    await clock.advance(60_000)
    await turns()
    await clock.advance(60_000)
    await turns()
    expect(workers).toHaveLength(3)
    expect(workers.every(({ terminated }) => terminated)).toBe(true)
  })

  it('that throws what is no error is a crash that says so', async () => {
    const { task } = stage({}, () => Promise.reject('no model'))
    await expect(task.index()).rejects.toMatchObject({
      cause: { message: 'The set-up of the worker threw: no model', cause: 'no model' },
    })
  })

  it('lets a call that is canceled meanwhile never start', async () => {
    const set = deferred<void>()
    const { runtime, task } = stage({ maxInFlight: 2 }, () => set.promise)
    const canceled = watch(task.with({ key: 'k' }).hang())
    const other = watch(task.index())
    await turns()
    runtime.abortTaskController.abort('k')
    await turns()
    expect(canceled.status).toBe('rejected')
    expect(task.getState().queueDepth).toBe(2)
    set.resolve()
    await turns()
    expect(other.value).toBe(0)
    expect(task.getState().queueDepth).toBe(0)
  })

  it('must be a function', () => {
    expect(() => new TestWorker({ echo() {} }, { setup: 5 as unknown as WorkerSetup })).toThrow(
      new TypeError('setup must be a function, not 5.'),
    )
  })
})

describe('workerData', () => {
  it('is cloned for each worker', async () => {
    const workerData = { list: [1] }
    const { task } = stage({ type: 'parallel', poolSize: 2, init: 'eager', workerData }, data => {
      ;(data as typeof workerData).list.push(2)
    })
    expect(await Promise.all([task.seen(), task.seen()])).toEqual([[{ list: [1, 2] }], [{ list: [1, 2] }]])
    expect(workerData).toEqual({ list: [1] })
  })

  it('as a function makes data for each worker, whose contents move', async () => {
    const made: ArrayBuffer[] = []
    const workerData = ({ index }: { index: number }) => {
      made.push(new ArrayBuffer(8 + index))
      return { index, buffer: made.at(-1) }
    }
    const { task } = stage({ type: 'parallel', poolSize: 2, init: 'eager', workerData })
    const seen = await Promise.all([task.seen(), task.seen()])
    expect(seen).toEqual([
      [{ index: 0, buffer: new ArrayBuffer(8) }],
      [{ index: 1, buffer: new ArrayBuffer(9) }],
    ])
    expect(made.map(({ byteLength }) => byteLength)).toEqual([0, 0])
  })

  it.each<[string, unknown, string]>([
    [
      'a function that throws',
      () => {
        throw new Error('nothing to give')
      },
      'The workerData function threw: nothing to give',
    ],
    [
      'a value that cannot be cloned',
      { log: () => {} },
      'workerData cannot be sent to a worker (workerData.log',
    ],
    ['a value that cannot be moved', () => ({ log: () => {} }), 'workerData cannot be sent to a worker'],
    ['a promise', async () => 1, 'workerData cannot be sent to a worker'],
  ])('that is %s counts as a factory that throws', async (_, workerData, message) => {
    const { task, workers } = stage({ workerData, crashMaxRetries: 1 })
    await expect(task.index()).rejects.toMatchObject({
      name: 'WorkerCrashedError',
      cause: { message: expect.stringContaining(message) },
    })
    await clock.advance(100)
    await expect(task.index()).rejects.toThrow(WorkerCrashedError)
    expect(workers.every(({ terminated }) => terminated)).toBe(true)
  })

  it('is given anew to a worker that takes the place of one that crashed', async () => {
    const { task, workers } = stage({ workerData: 'a' })
    await task.seen()
    workers[0]?.crash('gone')
    await clock.advance(100)
    expect(await task.seen()).toEqual(['a'])
  })
})

describe('workers.setData()', () => {
  it('sets up each live worker again, and every later one with the newest data', async () => {
    const { task, workers } = stage({ type: 'parallel', poolSize: 2, init: 'eager', workerData: 'a' })
    await turns()
    task.workers.setData('b')
    expect(await Promise.all([task.seen(), task.seen()])).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
    workers[0]?.crash('gone')
    await clock.advance(100)
    expect((await Promise.all([task.seen(), task.seen()])).toSorted()).toEqual([['a', 'b'], ['b']])
    await task.workers.replace()
    expect(await task.seen()).toEqual(['b'])
  })

  it('lets calls that were made before begin before the set-up, and later ones wait for it', async () => {
    const sets: Deferred<void>[] = []
    const { task } = stage({ maxInFlight: 3, workerData: 'a' }, data => {
      if (data === 'a') return
      const set = deferred<void>()
      sets.push(set)
      return set.promise
    })
    const first = watch(task.seen())
    task.workers.setData('b')
    task.workers.setData('c')
    const later = watch(task.seen())
    await turns()
    expect(first.value).toEqual(['a'])
    expect(later.status).toBe('open')
    expect(sets).toHaveLength(1)
    sets[0]?.resolve()
    await turns()
    expect(later.status).toBe('open')
    sets[1]?.resolve()
    await turns()
    expect(later.value).toEqual(['a', 'b', 'c'])
  })

  it('lets a call that is canceled while it waits for the set-up never start', async () => {
    const set = deferred<void>()
    const { runtime, task } = stage({ maxInFlight: 2, workerData: 'a' }, data =>
      data === 'b' ? set.promise : undefined,
    )
    await task.seen()
    task.workers.setData('b')
    const canceled = watch(task.with({ key: 'k' }).hang())
    const other = watch(task.seen())
    await turns()
    runtime.abortTaskController.abort('k')
    await turns()
    expect(canceled.status).toBe('rejected')
    set.resolve()
    await turns()
    expect(other.value).toEqual(['a', 'b'])
    // A handler that never ends would keep its place.
    expect(task.getState().queueDepth).toBe(0)
  })

  it('takes no place', async () => {
    const { task } = stage({ workerData: 'a' }, data => (data === 'b' ? new Promise(() => {}) : undefined))
    await task.seen()
    task.workers.setData('b')
    await turns()
    expect(task.getState()).toMatchObject({ queueDepth: 0, taskStatus: 'idle' })
    await task.drain()
  })

  it('makes the worker crash whose set-up throws', async () => {
    const { task, workers } = stage({ maxInFlight: 2, workerData: 'a' }, data => {
      if (data === 'b') throw new RangeError('not b')
    })
    const running = watch(task.hang())
    await turns()
    task.workers.setData('b')
    task.workers.setData('c')
    await turns()
    expect(running.reason).toMatchObject({ name: 'WorkerCrashedError', cause: { message: 'not b' } })
    await clock.advance(100)
    expect(await task.seen()).toEqual(['c'])
    expect(workers).toHaveLength(2)
  })

  it('copies a value at once, so that all workers get the same', async () => {
    const { task } = stage({ type: 'parallel', poolSize: 2 })
    const data = { n: 1 }
    task.workers.setData(data)
    data.n = 2
    expect(await Promise.all([task.seen(), task.seen()])).toEqual([[{ n: 1 }], [{ n: 1 }]])
  })

  it.each<[string, unknown, string]>([
    ['a value', { log: () => {} }, 'workerData cannot be sent to a worker (workerData.log'],
    ['what a function makes', () => ({ log: () => {} }), 'workerData cannot be sent to a worker'],
    [
      'a function that throws',
      () => {
        throw new TypeError('nothing')
      },
      'nothing',
    ],
  ])('refuses %s that cannot be cloned, and the old data stays', async (_, data, message) => {
    const { task, workers } = stage({ workerData: 'a' })
    expect(await task.seen()).toEqual(['a'])
    expect(() => task.workers.setData(data)).toThrow(TypeError)
    expect(() => task.workers.setData(data)).toThrow(message)
    expect(await task.seen()).toEqual(['a'])
    workers[0]?.crash('gone')
    await clock.advance(100)
    expect(await task.seen()).toEqual(['a'])
  })

  it('takes a function that makes data for each worker', async () => {
    const make = vi.fn(({ index }: { index: number }) => ({ index, port: new MessageChannel().port1 }))
    const { task, workers } = stage({ type: 'parallel', poolSize: 2, init: 'eager' }, data => {
      ;(data as { port?: MessagePort } | undefined)?.port?.close()
    })
    await turns()
    task.workers.setData(make)
    expect(make.mock.calls).toEqual([[{ index: 0 }], [{ index: 1 }]])
    workers[1]?.crash('gone')
    await clock.advance(100)
    await turns()
    expect(make).toHaveBeenCalledTimes(3)
    expect(make).toHaveBeenLastCalledWith({ index: 1 })
  })
})

it('every worker has the newest data before its first call, whatever comes and goes', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('set' as const) }),
    fc.record({ kind: fc.constant('setEach' as const) }),
    fc.record({ kind: fc.constant('call' as const) }),
    fc.record({ kind: fc.constant('crash' as const), at: fc.nat(3) }),
    fc.record({ kind: fc.constant('replace' as const) }),
    fc.record({ kind: fc.constant('restart' as const) }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(0, 50, 2_000) }),
  )
  const pools = fc.constantFrom<Partial<TaskConfig>>(
    { type: 'singleton' },
    { type: 'singleton', maxInFlight: 4 },
    { type: 'parallel', poolSize: 2, init: 'eager' },
    { type: 'parallel', poolSize: { min: 1, max: 3 }, idleTimeoutMs: 40, maxCallsPerWorker: 3 },
  )
  await fc.assert(
    fc.asyncProperty(pools, fc.array(step, { maxLength: 25 }), async (pool, steps) => {
      const { runtime, task, workers } = stage({
        crashMaxRetries: 1_000,
        crashPolicy: 'restart-requeue-in-flight',
        maxQueueDepth: Number.POSITIVE_INFINITY,
        workerData: 0,
        ...pool,
      })
      let newest = 0
      const calls: { asked: number; call: ReturnType<typeof watch> }[] = []
      for (const it of steps) {
        if (it.kind === 'set') task.workers.setData(++newest)
        else if (it.kind === 'setEach') {
          const data = ++newest
          task.workers.setData(() => data)
        } else if (it.kind === 'call') calls.push({ asked: newest, call: watch(task.seen()) })
        else if (it.kind === 'crash') workers.filter(({ terminated }) => !terminated)[it.at]?.crash()
        else if (it.kind === 'replace') watch(task.workers.replace())
        else if (it.kind === 'restart') {
          task.stopWorkers()
          task.startWorkers()
        } else {
          await clock.advance(it.ms)
          await turns(3)
        }
      }
      for (let round = 0; round < 40 && calls.some(({ call }) => call.status === 'open'); round++) {
        await clock.advance(500)
        await turns(5)
      }
      for (const { asked, call } of calls) {
        const seen = call.value as number[]
        expect(call.status).toBe('fulfilled')
        expect(seen.at(-1)).toBeGreaterThanOrEqual(asked)
        expect(seen).toEqual(seen.toSorted((one, other) => one - other))
      }
      runtime.dispose()
    }),
    { numRuns: 60 },
  )
})
