import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createVirtualClock, type VirtualClock } from '../../../../ts/testing.ts'
import { bench } from '../../../support/bench.ts'
import { rejection, watch } from '../../../support/outcome.ts'
import { silent } from '../../../support/silent-worker.ts'
import { turns } from '../../../support/turns.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('timeoutMs', () => {
  let clock: VirtualClock

  beforeEach(() => {
    clock = createVirtualClock()
  })

  afterEach(() => {
    // Before the platform's clock comes back: restoring a spy later would put the virtual one in its place.
    vi.restoreAllMocks()
    clock.restore()
  })

  it('timeoutMs runs from the method call on, also while the call waits in the queue', async () => {
    const b = bench({ timeoutMs: 100, maxQueueDepth: 1 })
    const first = ['a', 'b', 'c'].map(name => watch(b.task.run(name)))
    await clock.advance(50)
    const later = watch(b.task.run('d'))
    await clock.advance(50)
    expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(later.status).toBe('open')
    await clock.advance(50)
    expect(later.status).toBe('rejected')
  })

  it('timeoutMs covers every retry, and the wait for one', async () => {
    const b = bench({ timeoutMs: 150, crashPolicy: 'restart-requeue-in-flight' })
    const call = watch(b.task.run('a'))
    await b.job('a')
    b.workers[0]?.crash('first')
    await clock.advance(100)
    await b.job('a', 1)
    b.workers[1]?.crash('second')
    await clock.advance(49)
    expect(call.status).toBe('open')
    await clock.advance(1)
    expect(call.reason).toMatchObject({ name: 'AbortError', cause: { name: 'TimeoutError' } })
    await clock.advance(10_000)
    expect(b.jobs).toHaveLength(2)
  })

  it('timeoutMs covers the time for which a task is paused', async () => {
    const b = bench({ timeoutMs: 100 })
    b.task.stopWorkers()
    const call = watch(b.task.run('a'))
    await clock.advance(100)
    expect(call.reason).toMatchObject({ name: 'AbortError' })
  })

  it('a call that ends in time leaves no timer behind', async () => {
    const b = bench({ timeoutMs: 100 })
    await b.task.echo(1)
    expect(clock.timers).toBe(0)
    await clock.advance(1_000)
    expect(await b.task.echo(2)).toBe(2)
  })

  it('a timeoutMs of a fraction of a millisecond is not rounded away', async () => {
    const b = bench({ timeoutMs: 0.25 })
    const call = watch(b.task.run('a'))
    await clock.advance(1)
    expect(call.status).toBe('rejected')
  })

  it('a timeoutMs above 2^31 ms does not fire at once, and fires when it is due', async () => {
    const b = bench({ timeoutMs: 2 ** 31 + 5_000, startTimeoutMs: Number.POSITIVE_INFINITY })
    const set = vi.spyOn(globalThis, 'setTimeout')
    const call = watch(b.task.run('a'))
    // The platform treats a longer delay as none.
    expect(set.mock.calls.map(([, delay]) => delay)).toEqual([2 ** 31 - 1])
    await clock.advance(2 ** 31 + 4_999)
    expect(call.status).toBe('open')
    await clock.advance(1)
    expect(call.status).toBe('rejected')
  })

  it('a timeoutMs beyond any clock never fires', async () => {
    const b = bench({ timeoutMs: Number.MAX_VALUE, startTimeoutMs: Number.POSITIVE_INFINITY })
    const set = vi.spyOn(globalThis, 'setTimeout')
    const call = watch(b.task.run('a'))
    expect(set.mock.calls.map(([, delay]) => delay)).toEqual([2 ** 31 - 1])
    await clock.advance(2 ** 40)
    expect(call.status).toBe('open')
    expect(clock.timers).toBe(1)
  })
})

describe('deadlines under fake timers', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  afterEach(() => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  /** A clock that moves in steps, as in browsers that guard against timing attacks. */
  const coarse = (stepMs: number, offsetMs = 0) => {
    const fine = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => Math.floor((fine() + offsetMs) / stepMs) * stepMs)
  }

  it.each([0.005, 0.1, 1, 16.67, 100])(
    'a deadline is never early for whoever reads a clock that moves in steps of %d ms before and after',
    async step => {
      coarse(step, 0.7 * step)
      for (const timeoutMs of [1, 30, 100, 100.3]) {
        vi.advanceTimersByTime(7)
        const b = bench({ timeoutMs, startTimeoutMs: Number.POSITIVE_INFINITY })
        const before = performance.now()
        const call = watch(b.task.run('a'))
        let after = Number.NaN
        b.runtime.subscribeEvents(({ name }) => {
          if (name === 'task.canceled.total') after = performance.now()
        })
        for (let ms = 0; ms < 400 && call.status === 'open'; ms++) {
          vi.advanceTimersByTime(1)
          await turns(1)
        }
        expect(call.status).toBe('rejected')
        expect(after - before).toBeGreaterThanOrEqual(timeoutMs)
        expect(after - before).toBeLessThanOrEqual(timeoutMs + 2 * step + 2)
      }
    },
  )

  it.each<[string, (wall: () => number) => number]>([
    ['stands still', () => 1_000],
    ['is set back again and again', wall => 2e12 - wall()],
    ['moves in steps of a second', wall => Math.floor(wall() / 1_000) * 1_000],
  ])('a deadline is never early where Date %s', async (_, date) => {
    const wall = Date.now
    vi.spyOn(Date, 'now').mockImplementation(() => date(wall))
    const timed = bench({ timeoutMs: 500 })
    const idle = bench({ idleTimeoutMs: 500 })
    const grace = bench({ cancelGraceMs: 500 })
    const starting = bench({ startTimeoutMs: 500, worker: silent().worker })
    watch(timed.task.run('running'))
    await idle.task.echo('warm')
    watch(grace.task.with({ key: 'k' }).run('a'))
    await grace.job('a')
    vi.advanceTimersByTime(400)
    // All of this runs synchronously, and its second part much later than the first.
    const early = [watch(timed.task.run('pending')), watch(idle.task.echo(1))]
    vi.advanceTimersByTime(300)
    const call = watch(timed.task.run('pending, too'))
    const start = watch(starting.task.run('needs a worker'))
    grace.runtime.abortTaskController.abort('k')
    await turns()
    vi.advanceTimersByTime(499)
    await turns()
    expect(early.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect([call.status, start.status]).toEqual(['open', 'open'])
    expect(grace.workers[0]?.terminated).toBe(false)
    expect(idle.task.getState().activeWorkers).toBe(1)
    vi.advanceTimersByTime(1)
    await turns()
    expect([call.status, start.status]).toEqual(['rejected', 'rejected'])
    expect(grace.workers[0]?.terminated).toBe(true)
    expect(idle.task.getState().activeWorkers).toBe(0)
  })
})

it('a deadline is not early in real time where Date stands still', async () => {
  vi.spyOn(Date, 'now').mockReturnValue(1_000)
  const b = bench({ timeoutMs: 30 })
  watch(b.task.run('a'))
  await b.job('a')
  const spun = performance.now() + 60
  while (performance.now() < spun);
  const before = performance.now()
  const { cause } = await rejection(b.task.run('b'))
  expect(cause).toMatchObject({ name: 'TimeoutError' })
  expect(performance.now() - before).toBeGreaterThanOrEqual(30)
})

describe('the host timer', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  it('100,000 calls with timeouts share one platform timer, which is set no more often than the next deadline changes', {
    timeout: 60_000,
  }, async () => {
    const b = bench({
      timeoutMs: 1_000,
      maxQueueDepth: Number.POSITIVE_INFINITY,
      cancelGraceMs: 5_000,
      idleTimeoutMs: 5_000,
    })
    const set = vi.spyOn(globalThis, 'setTimeout')
    let settled = 0
    for (let n = 0; n < 100_000; n++) b.task.run(n).catch(() => settled++)
    expect(vi.getTimerCount()).toBe(1)
    expect(set).toHaveBeenCalledOnce()
    vi.advanceTimersByTime(1_000)
    await turns()
    expect(settled).toBe(100_000)
    expect(set.mock.calls.length).toBeLessThan(5)
    expect(vi.getTimerCount()).toBe(1)
  })

  it('the platform timer stays as it is while the next deadline moves away, and then fires for that deadline', async () => {
    const b = bench({ type: 'parallel', poolSize: 2, timeoutMs: 1_000, init: 'eager' })
    let oldest = watch(b.task.run(0))
    await b.job(0)
    const set = vi.spyOn(globalThis, 'setTimeout')
    for (let n = 1; n < 5; n++) {
      vi.advanceTimersByTime(100)
      const next = watch(b.task.run(n))
      const { resolve } = await b.job(n - 1)
      await b.job(n)
      resolve('in time')
      await turns()
      expect(oldest.value).toBe('in time')
      oldest = next
    }
    expect(set).not.toHaveBeenCalled()
    vi.advanceTimersByTime(999)
    await turns()
    expect(oldest.status).toBe('open')
    vi.advanceTimersByTime(2)
    await turns()
    expect(oldest.reason).toMatchObject({ cause: { name: 'TimeoutError' } })
  })

  it('all deadlines of a runtime share one platform timer: timeout, backoff, grace period and idle time', async () => {
    const b = bench({ timeoutMs: 10_000, cancelGraceMs: 500, maxInFlight: 2 })
    const idle = b.runtime.defineTask<{ echo(value: number): Promise<number> }>({
      type: 'singleton',
      worker: b.worker,
      idleTimeoutMs: 2_000,
    })
    const failing = b.runtime.defineTask({
      type: 'singleton',
      init: 'eager',
      worker: () => {
        throw new Error('none today')
      },
    })
    await idle.echo(1)
    watch(b.task.with({ key: 'key' }).run('a'))
    watch(b.task.run('b'))
    await b.job('b')
    b.runtime.abortTaskController.abort('key')
    expect(vi.getTimerCount()).toBe(1)
    vi.advanceTimersByTime(20_000)
    await turns()
    expect(failing.getState().workerStatus).toBe('crashed')
    expect(idle.getState().activeWorkers).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('a timer that fires early by the clock is set again, and acts when the clock has reached the deadline', async () => {
    const b = bench({ timeoutMs: 100 })
    const call = watch(b.task.run('a'))
    const clock = vi.spyOn(performance, 'now').mockReturnValue(99.9)
    vi.advanceTimersByTime(100)
    await turns()
    expect(call.status).toBe('open')
    clock.mockReturnValue(100)
    vi.advanceTimersByTime(1)
    await turns()
    expect(call.status).toBe('rejected')
  })

  it('a timer that fires late acts on everything that is due', async () => {
    const b = bench({ timeoutMs: 100 })
    const calls = [watch(b.task.run('a'))]
    vi.advanceTimersByTime(50)
    calls.push(watch(b.task.run('b')))
    const clock = vi.spyOn(performance, 'now').mockReturnValue(5_000)
    vi.advanceTimersByTime(51)
    clock.mockRestore()
    await turns()
    expect(calls.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })

  it('a timer that fires late lets the replies that came meanwhile go first', async () => {
    const b = bench({ timeoutMs: 100 })
    const call = watch(b.task.run('a'))
    const job = await b.job('a')
    const clock = vi.spyOn(performance, 'now').mockReturnValue(5_000)
    vi.advanceTimersByTime(100)
    job.resolve('in time')
    await turns()
    vi.advanceTimersByTime(1)
    clock.mockRestore()
    expect(call.status).toBe('fulfilled')
  })
})
