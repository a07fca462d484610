import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { bench } from '../../../support/bench.ts'
import { watch } from '../../../support/outcome.ts'
import { SilentWorker, silent } from '../../../support/silent-worker.ts'
import { turns } from '../../../support/turns.ts'

// Here the doubles pass for the platform's own workers, which may run on when they were terminated. None holds a lock.
beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('Worker', SilentWorker)
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('where no lock tells of the end of a worker', () => {
  it('it counts as dying for three seconds, and no more than twice the pool size live and die', () => {
    const { workers, worker } = silent()
    const { task } = bench({ type: 'parallel', poolSize: 2, init: 'eager', worker })
    task.stopWorkers()
    vi.advanceTimersByTime(1_000)
    task.startWorkers()
    task.stopWorkers()
    task.startWorkers()
    expect(workers).toHaveLength(4)
    expect(task.getState()).toMatchObject({ workerStatus: 'stopping', activeWorkers: 0 })
    vi.advanceTimersByTime(1_999)
    expect(workers).toHaveLength(4)
    vi.advanceTimersByTime(1)
    expect(workers).toHaveLength(6)
    expect(task.getState()).toMatchObject({ workerStatus: 'running', activeWorkers: 2 })
  })

  it('its task is stopping meanwhile, then stopped, and subscribers are told of both', () => {
    const { runtime, task } = bench({ init: 'eager', worker: silent().worker })
    const told: string[] = []
    runtime.subscribeRuntimeSnapshot(({ tasks }) => told.push(...tasks.map(state => state.workerStatus)), {
      intervalMs: 100,
      onlyOnChange: true,
    })
    task.stopWorkers()
    vi.advanceTimersByTime(10_000)
    expect(told).toEqual(['running', 'stopping', 'stopped'])
  })

  it('a call waits in the queue for the worker that is to come', async () => {
    const { workers, worker } = silent()
    const b = bench({ init: 'eager', worker, timeoutMs: 5_000 })
    for (let time = 0; time < 2; time++) {
      b.task.stopWorkers()
      b.task.startWorkers()
    }
    const call = watch(b.task.run('a'))
    expect(b.task.getState()).toMatchObject({ pendingQueueDepth: 1, queueDepth: 0 })
    vi.advanceTimersByTime(3_000)
    expect(b.task.getState()).toMatchObject({ pendingQueueDepth: 0, queueDepth: 1 })
    expect(workers).toHaveLength(3)
    b.task.dispose()
    await turns()
    expect(call.reason).toMatchObject({ name: 'TaskDisposedError' })
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a worker counts as gone at once', () => {
  it('when its script failed before it served: it is tried again without delay but the backoff', () => {
    const { workers, worker } = silent()
    bench({ init: 'eager', worker, crashMaxRetries: 3 })
    for (const backoff of [100, 200, 400]) {
      workers.at(-1)?.dispatchEvent(new Event('error', { cancelable: true }))
      vi.advanceTimersByTime(backoff)
    }
    expect(workers).toHaveLength(4)
  })

  it('when there never was one', () => {
    let tries = 0
    bench({
      init: 'eager',
      worker: () => {
        tries++
        throw new Error('none today')
      },
    })
    vi.advanceTimersByTime(700)
    expect(tries).toBe(4)
  })

  it('when it merely looks like a worker, whose terminate() is taken at its word', () => {
    vi.unstubAllGlobals()
    const { workers, worker } = silent()
    const { task } = bench({ init: 'eager', worker })
    for (let time = 0; time < 5; time++) {
      task.stopWorkers()
      expect(task.getState().workerStatus).toBe('stopped')
      task.startWorkers()
    }
    expect(workers).toHaveLength(6)
  })
})
