import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTaskRuntime, TaskDisposedError } from '../../../../ts/index.ts'
import { createVirtualClock, type VirtualClock } from '../../../../ts/testing.ts'
import { type Bench, bench } from '../../../support/bench.ts'
import { rejection, watch } from '../../../support/outcome.ts'
import { turns } from '../../../support/turns.ts'

let clock: VirtualClock

beforeEach(() => {
  clock = createVirtualClock()
})

afterEach(() => clock.restore())

const live = ({ workers }: Bench) => workers.filter(({ terminated }) => !terminated).length

const busy = async (config = {}) => {
  const b = bench({ maxQueueDepth: 1, ...config })
  const calls = ['a', 'b', 'c'].map(name => watch(b.task.run(name)))
  await b.job('a')
  return { ...b, calls }
}

describe('init', () => {
  it('lazy makes a worker when a call needs one, and only then', async () => {
    const b = bench({ type: 'parallel', poolSize: 3 })
    expect(b.task.getState()).toMatchObject({ activeWorkers: 0, workerStatus: 'stopped', taskStatus: 'idle' })
    await b.task.echo(1)
    await b.task.echo(2)
    expect(live(b)).toBe(1)
  })

  it('eager makes every worker at once', () => {
    const b = bench({ type: 'parallel', poolSize: 3, init: 'eager' })
    expect(live(b)).toBe(3)
    expect(b.task.getState()).toMatchObject({ activeWorkers: 3, workerStatus: 'running', taskStatus: 'idle' })
  })
})

describe('stopWorkers()', () => {
  it('ends the workers and takes their calls back to the front of the queue', async () => {
    const b = await busy()
    b.task.stopWorkers()
    expect(live(b)).toBe(0)
    expect(b.task.getState()).toMatchObject({
      workerStatus: 'stopped',
      taskStatus: 'paused',
      queueDepth: 0,
      pendingQueueDepth: 2,
      waitingQueueDepth: 1,
    })
    b.task.startWorkers()
    for (const name of ['a', 'b', 'c']) (await b.job(name, name === 'a' ? 1 : 0)).resolve(name)
    await b.task.drain()
    await turns()
    expect(b.calls.map(({ value }) => value)).toEqual(['a', 'b', 'c'])
    expect(b.jobs.map(({ name }) => name).join('')).toBe('aabc')
  })

  it('rejects a call whose arguments moved away, and names the way out', async () => {
    const b = bench()
    const call = watch(b.task.run(new Uint8Array([1])))
    await turns()
    b.task.stopWorkers()
    await turns()
    expect(call.reason).toMatchObject({
      name: 'WorkerCrashedError',
      cause: { message: expect.stringContaining('with({ transfer: [] })') },
    })
  })

  it('lets calls queue up, and refuses them when the queue is full', async () => {
    const b = bench({ maxQueueDepth: 1, queuePolicy: 'reject' })
    b.task.stopWorkers()
    const call = watch(b.task.run('a'))
    await expect(b.task.run('b')).rejects.toMatchObject({ name: 'QueueDropError' })
    expect(b.workers).toEqual([])
    b.task.startWorkers()
    await b.job('a')
    expect(call.status).toBe('open')
  })

  it('ignores what the ended workers still say', async () => {
    const b = bench()
    const call = watch(b.task.run('a'))
    const first = await b.job('a')
    b.task.stopWorkers()
    first.resolve('late')
    await turns()
    expect(call.status).toBe('open')
    b.task.startWorkers()
    ;(await b.job('a', 1)).resolve('again')
    await turns()
    expect(call.value).toBe('again')
  })

  it('forgets the calls that were canceled', async () => {
    const b = bench()
    watch(b.task.with({ key: 'key' }).run('a'))
    await b.job('a')
    b.runtime.abortTaskController.abort('key')
    b.task.stopWorkers()
    expect(b.task.getState()).toMatchObject({ queueDepth: 0, pendingQueueDepth: 0 })
    b.task.startWorkers()
    expect(await b.task.echo(1)).toBe(1)
    expect(b.jobs).toHaveLength(1)
  })
})

describe('startWorkers()', () => {
  it('makes every worker that is missing, and none twice', async () => {
    const b = bench({ type: 'parallel', poolSize: 3 })
    await b.task.echo(1)
    b.task.startWorkers()
    b.task.startWorkers()
    expect(b.workers).toHaveLength(3)
    expect(live(b)).toBe(3)
  })
})

describe('dispose()', () => {
  it('rejects the calls in every state with TaskDisposedError', async () => {
    const b = await busy()
    b.task.dispose()
    await turns()
    for (const { reason } of b.calls) {
      expect(reason).toBeInstanceOf(TaskDisposedError)
      expect(reason).toMatchObject({
        name: 'TaskDisposedError',
        taskId: 'bench',
        message: 'Task "bench" is disposed: it takes no more calls and its open calls are rejected.',
      })
    }
    expect(live(b)).toBe(0)
  })

  it('rejects later calls, which make no workers', async () => {
    const { task, workers } = bench()
    task.dispose()
    await expect(task.echo(1)).rejects.toBeInstanceOf(TaskDisposedError)
    task.startWorkers()
    task.stopWorkers()
    await expect(task.with({ key: 'key' }).echo(1)).rejects.toBeInstanceOf(TaskDisposedError)
    expect(workers).toEqual([])
    expect(task.getState()).toMatchObject({ activeWorkers: 0, taskStatus: 'idle' })
  })

  it('takes the task out of the snapshots', () => {
    const { runtime, task } = bench()
    expect(runtime.getRuntimeSnapshot().tasks).toHaveLength(1)
    task.dispose()
    expect(runtime.getRuntimeSnapshot().tasks).toEqual([])
  })

  it('is what Symbol.dispose does, of a task and of a runtime', async () => {
    const { task, runtime } = bench()
    {
      using scoped = task
      await scoped.echo(1)
    }
    await expect(task.echo(2)).rejects.toBeInstanceOf(TaskDisposedError)
    {
      using scoped = runtime
      expect(scoped.getRuntimeSnapshot().tasks).toEqual([])
    }
  })
})

describe('start, stop and dispose', () => {
  const steps = ['startWorkers', 'stopWorkers', 'dispose'] as const
  const orders = steps.flatMap(a => steps.flatMap(b => steps.map(c => [a, b, c] as const)))
  const states: [string, () => Promise<Bench & { calls: { status: string }[] }>][] = [
    ['idle', async () => ({ ...bench(), calls: [] })],
    ['busy', busy],
    [
      'waiting for a restart',
      async () => {
        const b = await busy({ crashPolicy: 'restart-requeue-in-flight' })
        b.workers[0]?.crash('gone')
        return b
      },
    ],
    [
      'failed',
      async () => {
        const b = await busy({ crashPolicy: 'fail-task' })
        b.workers[0]?.crash('gone')
        return b
      },
    ],
  ]
  describe.each(states)('of a task that is %s', (state, prepare) => {
    it.each(orders)('may come in the order %s, %s, %s, twice over', async (...order) => {
      const b = await prepare()
      for (const step of [...order, ...order]) b.task[step]()
      // A restart that is pending stays so.
      await clock.advance(100)
      const { workerStatus, taskStatus } = b.task.getState()
      if (order.includes('dispose')) {
        expect([live(b), workerStatus]).toEqual([0, 'stopped'])
        expect(b.calls.every(({ status }) => status === 'rejected')).toBe(true)
      } else if (order[2] === 'startWorkers') {
        expect([live(b), workerStatus]).toEqual([1, 'running'])
      } else if (state === 'failed' && !order.includes('startWorkers')) {
        expect([live(b), workerStatus]).toEqual([0, 'crashed'])
      } else {
        expect([live(b), workerStatus, taskStatus]).toEqual([0, 'stopped', 'paused'])
      }
      b.runtime.dispose()
      await turns()
      expect(b.kernel.isQuiescent()).toBe(true)
      expect(clock.timers).toBe(0)
      expect(b.calls.every(({ status }) => status === 'rejected')).toBe(true)
    })
  })
})

describe('idleTimeoutMs', () => {
  it('ends the workers when there has been no call for that long; the next call makes them again', async () => {
    const b = bench({ idleTimeoutMs: 100 })
    expect(await b.task.echo(1)).toBe(1)
    await clock.advance(99)
    expect(live(b)).toBe(1)
    await clock.advance(1)
    expect(live(b)).toBe(0)
    expect(b.task.getState()).toMatchObject({ workerStatus: 'stopped', taskStatus: 'idle' })
    expect(await b.task.echo(2)).toBe(2)
    expect(b.workers).toHaveLength(2)
  })

  it('begins anew with work that arrives at the last moment', async () => {
    const b = bench({ idleTimeoutMs: 100 })
    for (let time = 0; time < 5; time++) {
      await b.task.echo(time)
      await clock.advance(99)
    }
    expect(b.workers).toHaveLength(1)
    const call = watch(b.task.run('long'))
    await clock.advance(100_000)
    expect(call.status).toBe('open')
    expect(live(b)).toBe(1)
  })

  it('does not run while a canceled call still has its worker', async () => {
    const b = bench({ idleTimeoutMs: 100 })
    watch(b.task.with({ key: 'key' }).run('a'))
    const { resolve } = await b.job('a')
    b.runtime.abortTaskController.abort('key')
    await clock.advance(1_000)
    expect(live(b)).toBe(1)
    resolve(0)
    await turns()
    await clock.advance(100)
    expect(live(b)).toBe(0)
  })

  it('also ends eager workers that nobody ever called', async () => {
    const b = bench({ idleTimeoutMs: 100, init: 'eager' })
    await clock.advance(100)
    expect(live(b)).toBe(0)
  })

  it('leaves a task that is stopped, failed or disposed of as it is', async () => {
    const b = bench({ idleTimeoutMs: 100 })
    await b.task.echo(1)
    b.task.stopWorkers()
    expect(clock.timers).toBe(0)
    b.task.startWorkers()
    expect(clock.timers).toBe(1)
    b.task.dispose()
    expect(clock.timers).toBe(0)
  })
})

describe('drain()', () => {
  it('resolves at once when there is nothing to wait for', async () => {
    const { task } = bench()
    expect(await task.drain()).toBeUndefined()
    task.dispose()
    expect(await task.drain()).toBeUndefined()
  })

  it('waits for calls in flight, pending and waiting, and for those that come meanwhile', async () => {
    const b = await busy()
    const drained = watch(b.task.drain())
    const later = watch(b.task.run('d'))
    for (const name of ['a', 'b', 'c', 'd']) {
      const job = await b.job(name)
      await turns()
      expect(drained.status).toBe('open')
      job.resolve(name)
    }
    await turns()
    expect([later.status, drained.status]).toEqual(['fulfilled', 'fulfilled'])
  })

  it('waits for a canceled call that still has its worker', async () => {
    const b = bench()
    watch(b.task.with({ key: 'key' }).run('a'))
    const { resolve } = await b.job('a')
    b.runtime.abortTaskController.abort('key')
    const drained = watch(b.task.drain())
    await turns()
    expect(drained.status).toBe('open')
    resolve(0)
    await turns()
    expect(drained.status).toBe('fulfilled')
  })

  it('resolves for everyone who asked, also when the task is disposed of', async () => {
    const b = await busy()
    const drained = [watch(b.task.drain()), watch(b.task.drain())]
    b.task.dispose()
    await turns()
    expect(drained.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
  })
})

describe('a runtime', () => {
  it('disposed of twice is disposed of once', async () => {
    const b = await busy()
    b.runtime.dispose()
    b.runtime.dispose()
    await turns()
    expect(b.calls.map(({ reason }) => (reason as Error).name)).toEqual(Array(3).fill('TaskDisposedError'))
  })

  it('is apart from every other: keys, tasks and disposal are its own', async () => {
    const [one, two] = [bench(), bench()]
    one.runtime.abortTaskController.abort('key')
    expect(await two.task.with({ key: 'key' }).echo(1)).toBe(1)
    one.runtime.dispose()
    expect(await two.task.echo(2)).toBe(2)
  })

  it('ends its subscriptions when it is disposed of', async () => {
    const { runtime } = bench()
    const told = vi.fn()
    runtime.subscribeRuntimeSnapshot(told, { intervalMs: 10 })
    runtime.subscribeEvents(told)
    runtime.dispose()
    told.mockClear()
    await clock.advance(1_000)
    expect(told).not.toHaveBeenCalled()
    expect(clock.timers).toBe(0)
  })

  it('made and disposed of again and again, as by a component that mounts twice, leaves nothing', async () => {
    for (let mount = 0; mount < 20; mount++) {
      const b = bench({ init: 'eager', idleTimeoutMs: 1_000 })
      const call = watch(b.task.run('a'))
      b.runtime.dispose()
      await turns(2)
      expect(call.reason).toBeInstanceOf(TaskDisposedError)
      expect(live(b)).toBe(0)
    }
    expect(clock.timers).toBe(0)
  })

  it('may be created before it is needed: it makes no worker and sets no timer', () => {
    createTaskRuntime()
    expect(clock.timers).toBe(0)
  })

  it('gives errors to callers even when nobody keeps it', async () => {
    const error = await rejection(bench().task.fail('thrown'))
    expect(error.message).toBe('thrown')
  })
})
