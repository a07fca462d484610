import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type BenchAPI, bench } from '../../../support/bench.ts'
import { rejection, watch } from '../../../support/outcome.ts'
import { silent } from '../../../support/silent-worker.ts'
import { turns } from '../../../support/turns.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('a worker that is not ready within startTimeoutMs', () => {
  it('has crashed, and its call is told what did not happen, for how long, and why that may be', async () => {
    const { workers, worker } = silent()
    const b = bench({ worker, startTimeoutMs: 500 })
    const call = watch(b.task.run('a'))
    vi.advanceTimersByTime(499)
    await turns()
    expect(call.status).toBe('open')
    vi.advanceTimersByTime(1)
    await turns()
    expect(call.reason).toMatchObject({ name: 'WorkerCrashedError', taskId: 'bench', workerIndex: 0 })
    const { message } = (call.reason as Error).cause as Error
    for (const part of [
      'not ready',
      'startTimeoutMs of 500 ms',
      'expose(createTaskWorker(',
      'top-level await',
    ]) {
      expect(message).toContain(part)
    }
    expect(workers.map(({ terminated }) => terminated)).toEqual([true])
    expect(b.task.getState()).toMatchObject({
      workerStatus: 'crashed',
      lastCrash: { ts: Date.now(), workerIndex: 0, error: message },
    })
  })

  it('is tried again as after any crash, and fails its task in the end', async () => {
    const { workers, worker } = silent()
    const b = bench({ worker, startTimeoutMs: 500, crashMaxRetries: 1, maxQueueDepth: 4 })
    const calls = ['a', 'b', 'c'].map(name => rejection(b.task.run(name)))
    vi.advanceTimersByTime(500 + 100 + 500)
    const errors = await Promise.all(calls)
    expect(errors.map(({ name }) => name)).toEqual(Array(3).fill('WorkerCrashedError'))
    expect(workers).toHaveLength(2)
  })

  it('gives its call to the next one where calls are requeued', async () => {
    const { worker } = silent()
    let made = 0
    const b = bench()
    const mixed = b.runtime.defineTask<{ echo(value: string): Promise<string> }>({
      type: 'singleton',
      crashPolicy: 'restart-requeue-in-flight',
      startTimeoutMs: 500,
      worker: () => (made++ === 0 ? worker() : b.worker()),
    })
    const call = mixed.echo('late but whole')
    vi.advanceTimersByTime(500 + 100)
    expect(await call).toBe('late but whole')
  })
})

describe('a worker that is ready in time', () => {
  it('is left alone however long its calls take', async () => {
    const b = bench({ startTimeoutMs: 500 })
    const call = b.task.run('a')
    const job = await b.job('a')
    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(100_000)
    job.resolve('done')
    expect(await call).toBe('done')
    expect(b.workers).toHaveLength(1)
  })

  it('has a minute for it unless told otherwise', async () => {
    const { workers, worker } = silent()
    bench({ worker, init: 'eager' })
    vi.advanceTimersByTime(59_999)
    expect(workers[0]?.terminated).toBe(false)
    vi.advanceTimersByTime(1)
    expect(workers[0]?.terminated).toBe(true)
  })

  it('has for ever with Infinity', () => {
    bench({ worker: silent().worker, init: 'eager', startTimeoutMs: Number.POSITIVE_INFINITY })
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('startTimeoutMs', () => {
  it.each([0, -1, Number.NaN])('of %d is refused', startTimeoutMs => {
    expect(() => bench({ startTimeoutMs })).toThrow(
      new RangeError(
        `startTimeoutMs must be a positive number of milliseconds or Infinity, not ${startTimeoutMs}`,
      ),
    )
  })

  it('that is no number is refused', () => {
    expect(() => bench({ startTimeoutMs: '1s' as unknown as number })).toThrow(TypeError)
  })
})

describe('a factory that returns a Worker for the second time', () => {
  it('is told so at once, in an error that names the task', async () => {
    const b = bench()
    const one = b.worker()
    const worker = () => one
    const pool = b.runtime.defineTask<BenchAPI>({ type: 'parallel', taskId: 'pool', poolSize: 2, worker })
    void pool.run('a')
    const error = await rejection(pool.run('b'))
    expect(error).toMatchObject({ name: 'WorkerCrashedError', taskId: 'pool' })
    expect((error.cause as Error).message).toBe(
      'The worker factory threw: it must create a new Worker each time, and returned one for the second time',
    )
  })
})
