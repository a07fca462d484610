import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WorkerCrashedError } from '../../../../ts/index.ts'
import { createVirtualClock, type VirtualClock } from '../../../../ts/testing.ts'
import { type Bench, bench } from '../../../support/bench.ts'
import { rejection, watch } from '../../../support/outcome.ts'
import { turns } from '../../../support/turns.ts'

let clock: VirtualClock

beforeEach(() => {
  clock = createVirtualClock()
})

afterEach(() => clock.restore())

/** The next time is the next restart. */
const restart = () => clock.advanceToNextTimer()

const live = ({ workers }: Bench) => workers.filter(({ terminated }) => !terminated)

const crash = (b: Bench, message?: string) => live(b)[0]?.crash(message)

describe('a crash', () => {
  it('rejects the calls of that worker with an error that says all that is known', async () => {
    const b = bench({ type: 'parallel', poolSize: 2 })
    const calls = ['a', 'b'].map(name => watch(b.task.run(name)))
    await b.job('b')
    b.workers[1]?.crash('x is not a function')
    await turns()
    expect(calls[0]?.status).toBe('open')
    expect(calls[1]?.reason).toBeInstanceOf(WorkerCrashedError)
    expect(calls[1]?.reason).toMatchObject({
      name: 'WorkerCrashedError',
      taskId: 'bench',
      workerIndex: 1,
      message:
        'Worker 1 of task "bench" crashed before the call was answered: x is not a function (test-worker:1)',
      cause: { message: 'x is not a function (test-worker:1)' },
    })
  })

  it('ends what is left of the worker, and its event goes no further', () => {
    const b = bench({ init: 'eager' })
    const event = new Event('error', { cancelable: true })
    b.workers[0]?.dispatchEvent(event)
    expect(b.workers[0]?.terminated).toBe(true)
    expect(event.defaultPrevented).toBe(true)
  })

  it('without a message is a script that cannot be had, and names the likely causes', async () => {
    const b = bench()
    const call = rejection(b.task.run('a'))
    b.workers[0]?.failToLoad()
    const { message } = (await call).cause as Error
    expect(message).toMatch(/could not be loaded/)
    for (const hint of ['URL', 'new Worker(new URL(', 'bundlers', 'Content-Security-Policy', 'worker-src']) {
      expect(message).toContain(hint)
    }
  })

  it('is also a message that cannot be read', async () => {
    const b = bench()
    const call = rejection(b.task.run('a'))
    await b.job('a')
    b.workers[0]?.failMessage()
    expect((await call).cause).toMatchObject({ message: 'A message from the worker could not be read.' })
  })

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('no workers today')
      },
      'The worker factory threw: no workers today',
    ],
    [
      'throws something that is no error',
      () => {
        throw 'nope'
      },
      'The worker factory threw: nope',
    ],
    ['gives nothing', () => undefined, 'The worker factory threw: it must return a Worker, not undefined'],
    [
      'gives a promise',
      async () => {},
      'The worker factory threw: it returned a promise. It must return a Worker at once: do what takes time before ' +
        'defineTask(), or in the worker.',
    ],
  ])('is also a factory that %s', async (_, worker, message) => {
    const b = bench({ worker: worker as () => Worker })
    const error = await rejection(b.task.run('a'))
    expect(error).toMatchObject({ name: 'WorkerCrashedError', workerIndex: 0, cause: { message } })
    expect(b.task.getState()).toMatchObject({ activeWorkers: 0, workerStatus: 'crashed' })
  })

  it('keeps what the factory threw as the cause of the cause', async () => {
    const thrown = new RangeError('too many workers')
    const b = bench({
      worker: () => {
        throw thrown
      },
    })
    const error = await rejection(b.task.run('a'))
    expect((error.cause as Error).cause).toBe(thrown)
  })

  it('of one worker among many is told with the words of that one', async () => {
    let made = 0
    const b = bench({
      type: 'parallel',
      poolSize: 2,
      worker: () => {
        throw new Error(`factory ${made++}`)
      },
    })
    b.task.stopWorkers()
    const calls = ['a', 'b'].map(name => rejection(b.task.run(name)))
    b.task.startWorkers()
    const errors = await Promise.all(calls)
    expect(errors.map(({ workerIndex, cause }) => [workerIndex, (cause as Error).message])).toEqual([
      [0, 'The worker factory threw: factory 0'],
      [1, 'The worker factory threw: factory 1'],
    ])
  })

  it('of a worker that is gone already is none', async () => {
    const b = bench()
    watch(b.task.run('a'))
    await b.job('a')
    b.task.stopWorkers()
    b.workers[0]?.crash('a late one')
    expect(b.task.getState()).not.toHaveProperty('lastCrash')
    b.task.startWorkers()
    await b.job('a', 1)
  })

  it('is told in the state of the task', async () => {
    const b = bench({ type: 'parallel', poolSize: 2, init: 'eager' })
    await clock.advance(1_234)
    b.workers[1]?.crash('gone')
    await clock.advance(1)
    expect(b.task.getState()).toMatchObject({
      activeWorkers: 1,
      workerStatus: 'running',
      lastCrash: { ts: expect.any(Number), workerIndex: 1, error: 'gone (test-worker:1)' },
    })
    b.workers[0]?.crash('gone too')
    expect(b.task.getState()).toMatchObject({ activeWorkers: 0, workerStatus: 'crashed' })
  })
})

describe('restart-fail-in-flight, the default,', () => {
  it('rejects what was in flight and keeps what was not', async () => {
    const b = bench({ maxQueueDepth: 1 })
    const calls = ['a', 'b', 'c'].map(name => watch(b.task.run(name)))
    await b.job('a')
    crash(b, 'gone')
    await turns()
    expect(calls.map(({ status }) => status)).toEqual(['rejected', 'open', 'open'])
    await restart()
    expect((await b.job('b')).worker).toBe(1)
  })
})

describe('restart-requeue-in-flight', () => {
  const requeue = { crashPolicy: 'restart-requeue-in-flight' } as const

  it('sends the calls again, first and in their order, past a full queue', async () => {
    const b = bench({ ...requeue, maxInFlight: 3, maxQueueDepth: 1, queuePolicy: 'reject' })
    const calls = ['a', 'b', 'c', 'd'].map(name => watch(b.task.run(name)))
    await b.job('c')
    crash(b, 'gone')
    expect(b.task.getState()).toMatchObject({ queueDepth: 0, pendingQueueDepth: 4 })
    await restart()
    await b.job('c', 1)
    expect(b.jobs.map(({ name }) => name).join('')).toBe('abcabc')
    for (const job of b.jobs.slice(3)) job.resolve(job.name)
    ;(await b.job('d')).resolve('d')
    await b.task.drain()
    await turns()
    expect(calls.map(({ value }) => value)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('tells a requeued call from the one before: an answer of the old attempt is nothing', async () => {
    const b = bench(requeue)
    const call = watch(b.task.run('a'))
    const first = await b.job('a')
    crash(b, 'gone')
    await restart()
    const second = await b.job('a', 1)
    first.resolve('of the dead')
    await turns()
    expect(call.status).toBe('open')
    second.resolve('of the living')
    await turns()
    expect(call.value).toBe('of the living')
  })

  it('rejects a call whose arguments moved away, and names the way out', async () => {
    const b = bench({ ...requeue, maxInFlight: 3 })
    const moved = watch(b.task.run(new Uint8Array([1])))
    const kept = watch(b.task.with({ transfer: [] }).run(new Uint8Array([2])))
    await turns()
    crash(b, 'gone')
    await turns()
    expect(moved.reason).toBeInstanceOf(WorkerCrashedError)
    expect(moved.reason).toMatchObject({ workerIndex: 0, taskId: 'bench' })
    const { message } = (moved.reason as Error).cause as Error
    expect(message).toContain('its arguments were moved')
    expect(message).toContain('with({ transfer: [] })')
    await restart()
    await turns()
    expect(kept.status).toBe('open')
    expect(b.jobs.at(-1)?.name).toEqual(new Uint8Array([2]))
  })

  it('forgets a call that was canceled meanwhile', async () => {
    const b = bench(requeue)
    const call = watch(b.task.with({ key: 'key' }).run('a'))
    await b.job('a')
    b.runtime.abortTaskController.abort('key')
    crash(b, 'gone')
    await restart()
    expect(await b.task.echo('next')).toBe('next')
    expect(call.reason).toMatchObject({ name: 'AbortError' })
    expect(b.jobs).toHaveLength(1)
  })

  it('gives up a call that kills worker after worker, although others succeed between', async () => {
    const b = bench({ ...requeue, crashMaxRetries: 2, maxQueueDepth: 10 })
    const poison = watch(b.task.run('poison'))
    for (let time = 0; time < 3; time++) {
      await b.job('poison', time)
      crash(b, `kill ${time}`)
      if (time < 2) await restart()
    }
    await turns()
    expect(poison.reason).toBeInstanceOf(WorkerCrashedError)
  })
})

describe('fail-task', () => {
  it('rejects everything, halts, and rejects what comes later', async () => {
    const b = bench({ crashPolicy: 'fail-task', type: 'parallel', poolSize: 2, maxQueueDepth: 1 })
    const calls = ['a', 'b', 'c', 'd'].map(name => watch(b.task.run(name)))
    await b.job('b')
    b.workers[1]?.crash('gone')
    const later = rejection(b.task.run('e'))
    await turns()
    for (const { reason } of calls) {
      expect(reason).toBeInstanceOf(WorkerCrashedError)
      expect(reason).toMatchObject({ workerIndex: 1, cause: { message: 'gone (test-worker:1)' } })
    }
    expect(await later).toBeInstanceOf(WorkerCrashedError)
    expect(live(b)).toEqual([])
    expect(clock.timers).toBe(0)
    expect(b.task.getState()).toMatchObject({ workerStatus: 'crashed', taskStatus: 'idle' })
  })

  it('is revived by startWorkers()', async () => {
    const b = bench({ crashPolicy: 'fail-task', init: 'eager' })
    crash(b, 'gone')
    b.task.startWorkers()
    expect(b.task.getState()).toMatchObject({ workerStatus: 'running', activeWorkers: 1 })
    expect(await b.task.echo('alive')).toBe('alive')
  })
})

describe('the backoff', () => {
  it('is 100 ms and doubles to 2 s', async () => {
    const b = bench({ crashMaxRetries: 7, init: 'eager' })
    const pauses: number[] = []
    for (let time = 0; time < 7; time++) {
      const before = performance.now()
      crash(b, 'gone')
      expect(live(b)).toEqual([])
      await restart()
      expect(live(b)).toHaveLength(1)
      pauses.push(performance.now() - before)
    }
    expect(pauses).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000])
  })

  it('begins anew after a success', async () => {
    const b = bench({ init: 'eager' })
    for (let time = 0; time < 10; time++) {
      crash(b, 'gone')
      await clock.advance(99)
      expect(live(b)).toEqual([])
      await clock.advance(1)
      expect(await b.task.echo(time)).toBe(time)
    }
  })

  it('holds back calls, also those that come meanwhile', async () => {
    const b = bench({ init: 'eager' })
    crash(b, 'gone')
    const call = watch(b.task.run('a'))
    await turns()
    expect(b.task.getState()).toMatchObject({ queueDepth: 0, pendingQueueDepth: 1 })
    expect(call.status).toBe('open')
    await restart()
    await b.job('a')
  })

  it('of one worker does not keep its neighbours from working', async () => {
    const b = bench({ type: 'parallel', poolSize: 2, init: 'eager', maxQueueDepth: 10 })
    b.workers[0]?.crash('gone')
    expect(await Promise.all([b.task.echo(1), b.task.echo(2), b.task.echo(3)])).toEqual([1, 2, 3])
  })

  it('is ended by stopWorkers() and not waited for by startWorkers() after it', async () => {
    const b = bench({ init: 'eager' })
    crash(b, 'gone')
    b.task.stopWorkers()
    expect(clock.timers).toBe(0)
    b.task.startWorkers()
    expect(await b.task.echo('alive')).toBe('alive')
  })

  it('is ended by dispose()', () => {
    const b = bench({ init: 'eager' })
    crash(b, 'gone')
    b.task.dispose()
    expect(clock.timers).toBe(0)
    expect(b.workers).toHaveLength(1)
  })
})

describe('crashMaxRetries', () => {
  it.each([0, 1, 3])('of %i allows as many crashes in a row, and one more fails the task', async retries => {
    const b = bench({ crashMaxRetries: retries, init: 'eager' })
    for (let time = 0; time < retries; time++) {
      crash(b, 'gone')
      await restart()
    }
    const call = watch(b.task.run('a'))
    await b.job('a')
    crash(b, 'the last')
    await turns()
    expect(call.reason).toMatchObject({ cause: { message: 'the last (test-worker:1)' } })
    expect(b.task.getState()).toMatchObject({ workerStatus: 'crashed', activeWorkers: 0 })
    expect(clock.timers).toBe(0)
    await expect(b.task.run('b')).rejects.toBeInstanceOf(WorkerCrashedError)
    expect(b.workers).toHaveLength(retries + 1)
  })

  it('is 3 unless told otherwise', async () => {
    let tries = 0
    const b = bench({
      worker: () => {
        tries++
        throw new Error('never')
      },
      init: 'eager',
    })
    await clock.advance(100_000)
    expect(tries).toBe(4)
    expect(b.task.getState().workerStatus).toBe('crashed')
  })

  it('counts for the whole pool, and a call that succeeds begins the count anew', async () => {
    const b = bench({ type: 'parallel', poolSize: 2, init: 'eager', crashMaxRetries: 1 })
    for (let time = 0; time < 5; time++) {
      live(b)[time % 2]?.crash('gone')
      await restart()
      await b.task.echo(time)
    }
    live(b)[0]?.crash('gone')
    live(b)[0]?.crash('gone')
    expect(b.task.getState().workerStatus).toBe('crashed')
  })
})

it('a worker that crashes while a restart is pending waits for the same restart', async () => {
  const b = bench({ type: 'parallel', poolSize: 3, init: 'eager' })
  b.workers[0]?.crash('first')
  await clock.advance(50)
  b.workers[1]?.crash('second')
  expect(clock.timers).toBe(1)
  await clock.advance(10_000)
  expect(live(b)).toHaveLength(3)
  expect(b.workers).toHaveLength(5)
})
