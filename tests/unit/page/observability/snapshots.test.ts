import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { TaskConfig } from '../../../../ts/api/config.ts'
import type { RuntimeSnapshot, RuntimeSnapshotSubscriptionOptions } from '../../../../ts/api/runtime.ts'
import { createTaskRuntime } from '../../../../ts/index.ts'
import { type BenchAPI, bench } from '../../../support/bench.ts'
import { listen } from '../../../support/events.ts'
import { watch } from '../../../support/outcome.ts'
import { turns } from '../../../support/turns.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** A bench with a subscription, and what its listener was called with. */
const subscribed = (options?: RuntimeSnapshotSubscriptionOptions, config: Partial<TaskConfig> = {}) => {
  const b = bench(config)
  const told: RuntimeSnapshot[] = []
  const stop = b.runtime.subscribeRuntimeSnapshot(snapshot => told.push(snapshot), options)
  return { ...b, told, stop }
}

it('a snapshot shows every field of a parallel task, and no others', async () => {
  const { runtime, task, job } = bench({
    type: 'parallel',
    poolSize: 2,
    taskName: 'Bench',
    maxInFlight: 3,
    maxQueueDepth: 1,
    init: 'eager',
  })
  for (const name of 'abcdef') watch(task.run(name))
  await job('c')
  expect(runtime.getRuntimeSnapshot()).toEqual({
    tasks: [
      {
        taskId: 'bench',
        taskName: 'Bench',
        type: 'parallel',
        init: 'eager',
        totalWorkers: 2,
        activeWorkers: 2,
        workerStatus: 'running',
        taskStatus: 'active',
        totalDispatched: 3,
        poolSize: 2,
        queueDepth: 3,
        restingDepth: 0,
        pendingQueueDepth: 1,
        waitingQueueDepth: 2,
        maxInFlight: 3,
        maxQueueDepth: 1,
        queuePolicy: 'block',
        queueDepthByWorker: [2, 1],
      },
    ],
    busyWorkers: 2,
    maxBusyWorkers: Number.POSITIVE_INFINITY,
  })
})

it('the snapshot of a singleton has no poolSize, and that of a task without a name no name', () => {
  const [shown] = bench().runtime.getRuntimeSnapshot().tasks
  expect(shown).toEqual({
    taskId: 'bench',
    type: 'singleton',
    init: 'lazy',
    totalWorkers: 1,
    activeWorkers: 0,
    workerStatus: 'stopped',
    taskStatus: 'idle',
    totalDispatched: 0,
    queueDepth: 0,
    restingDepth: 0,
    pendingQueueDepth: 0,
    waitingQueueDepth: 0,
    maxInFlight: 1,
    maxQueueDepth: 2,
    queuePolicy: 'block',
    queueDepthByWorker: [0],
  })
})

it("a task in a snapshot is the task's own state with its id, name and init", async () => {
  const { runtime, task } = bench({ taskName: 'Bench' })
  await task.echo(1)
  const { taskId, taskName, init, ...state } = runtime.getRuntimeSnapshot().tasks[0] ?? ({} as never)
  expect(state).toEqual(task.getState())
  expect([taskId, taskName, init]).toEqual(['bench', 'Bench', 'lazy'])
})

it('a snapshot has the time, worker and message of the last crash', async () => {
  const { task, job, workers } = bench({ type: 'parallel', poolSize: 2 })
  expect(task.getState()).not.toHaveProperty('lastCrash')
  for (const name of 'ab') watch(task.run(name))
  await job('b')
  vi.advanceTimersByTime(70)
  const ts = Date.now()
  workers[1]?.crash('x is not a function')
  vi.advanceTimersByTime(70)
  expect(task.getState().lastCrash).toEqual({
    ts,
    workerIndex: 1,
    error: 'x is not a function (test-worker:1)',
  })
})

it('a snapshot lists tasks in the order of their definition, without those that are disposed', () => {
  const { runtime, task, worker } = bench()
  runtime.defineTask({ type: 'singleton', taskId: 'second', worker })
  const listed = () => runtime.getRuntimeSnapshot().tasks.map(({ taskId }) => taskId)
  expect(listed()).toEqual(['bench', 'second'])
  task.dispose()
  expect(listed()).toEqual(['second'])
})

it.each<[string, Partial<TaskConfig>, (b: ReturnType<typeof bench>) => unknown, object]>([
  ['before its first worker', {}, () => {}, { workerStatus: 'stopped', taskStatus: 'idle' }],
  [
    'with a call',
    {},
    ({ task }) => watch(task.run('a')),
    { workerStatus: 'running', taskStatus: 'active', activeWorkers: 1 },
  ],
  [
    'stopped',
    { init: 'eager' },
    ({ task }) => task.stopWorkers(),
    { workerStatus: 'stopped', taskStatus: 'paused' },
  ],
  [
    'between a crash and the restart',
    { init: 'eager' },
    ({ workers }) => workers[0]?.crash('gone'),
    { workerStatus: 'crashed', taskStatus: 'idle', activeWorkers: 0 },
  ],
  [
    'failed for good',
    { init: 'eager', crashPolicy: 'fail-task' },
    ({ workers }) => workers[0]?.crash('gone'),
    { workerStatus: 'crashed', taskStatus: 'idle', activeWorkers: 0 },
  ],
])('a snapshot shows the status of a task %s', (_, config, act, expected) => {
  const b = bench(config)
  act(b)
  expect(b.task.getState()).toMatchObject(expected)
})

it('a snapshot keeps the time of the last crash when the clock is set or the device has slept since', async () => {
  const { runtime, task, workers } = bench({ init: 'eager' })
  vi.advanceTimersByTime(70)
  const ts = Date.now()
  workers[0]?.crash('gone')
  vi.setSystemTime(ts + 3_600_000)
  vi.advanceTimersByTime(1)
  expect(task.getState().lastCrash?.ts).toBe(ts)
  const told = listen(runtime)
  vi.advanceTimersByTime(99)
  expect(told.events[0]?.ts).toBe(Date.now())
  expect(task.getState().lastCrash?.ts).toBe(ts)
})

it('a snapshot is frozen, with everything in it', async () => {
  const { runtime, task, workers } = bench({ init: 'eager' })
  workers[0]?.crash('gone')
  const { tasks } = runtime.getRuntimeSnapshot()
  const parts = [tasks, tasks[0], tasks[0]?.queueDepthByWorker, tasks[0]?.lastCrash]
  for (const part of [runtime.getRuntimeSnapshot(), ...parts, task.getState()]) {
    expect(Object.isFrozen(part)).toBe(true)
  }
  expect(() => tasks.pop()).toThrow(TypeError)
})

it('a snapshot is not affected by later changes', async () => {
  const { runtime, task } = bench()
  const before = runtime.getRuntimeSnapshot()
  watch(task.run('a'))
  expect(before.tasks[0]?.queueDepth).toBe(0)
  expect(runtime.getRuntimeSnapshot().tasks[0]?.queueDepth).toBe(1)
})

it('the snapshot of a runtime without tasks stays the same object', () => {
  const runtime = createTaskRuntime()
  expect(runtime.getRuntimeSnapshot()).toEqual({
    tasks: [],
    busyWorkers: 0,
    maxBusyWorkers: Number.POSITIVE_INFINITY,
  })
  expect(runtime.getRuntimeSnapshot()).toBe(runtime.getRuntimeSnapshot())
})

it('the snapshot of several tasks stays the same object while nothing changes, whatever is called in between', async () => {
  const { runtime, task, worker } = bench()
  const other = runtime.defineTask<BenchAPI>({ type: 'singleton', taskId: 'other', worker })
  await Promise.all([task.echo(1), other.echo(2)])
  const [snapshot, state, otherState] = [runtime.getRuntimeSnapshot(), task.getState(), other.getState()]
  expect(runtime.abortTaskController.isAborted('k')).toBe(false)
  runtime.createTrace('t').end()
  runtime.subscribeEvents(() => {})()
  expect(runtime.getRuntimeSnapshot()).toBe(snapshot)
  expect(task.getState()).toBe(state)
  expect(other.getState()).toBe(otherState)
})

it('the state of one task stays the same object while another one works', async () => {
  const { runtime, task, worker } = bench()
  const other = runtime.defineTask<BenchAPI>({ type: 'singleton', taskId: 'other', worker })
  const [state, snapshot] = [task.getState(), runtime.getRuntimeSnapshot()]
  await other.echo(1)
  expect(task.getState()).toBe(state)
  expect(runtime.getRuntimeSnapshot()).not.toBe(snapshot)
  expect(runtime.getRuntimeSnapshot().tasks[0]).toBe(snapshot.tasks[0])
})

it('the state of a task that crashed stays the same object after the clock has been set', () => {
  const { task, workers } = bench({ init: 'eager' })
  workers[0]?.crash('gone')
  const state = task.getState()
  vi.setSystemTime(Date.now() + 3_600_000)
  expect(task.getState()).toBe(state)
})

it('every subscription is called with the same object while nothing changes', () => {
  const { told, runtime } = subscribed({ intervalMs: 10 })
  vi.advanceTimersByTime(20)
  expect(new Set(told).size).toBe(1)
  expect(told[0]).toBe(runtime.getRuntimeSnapshot())
})

it.each<[string, (b: ReturnType<typeof bench>) => unknown]>([
  ['a call is made', ({ task }) => watch(task.run('a'))],
  ['a call ends and the next one takes its place', async ({ job }) => (await job('first')).resolve(0)],
  ['a worker crashes', ({ workers }) => workers[0]?.crash('gone')],
  ['the task is paused', ({ task }) => task.stopWorkers()],
  ['the task is disposed', ({ task }) => task.dispose()],
  ['another task is defined', ({ runtime, worker }) => runtime.defineTask({ type: 'singleton', worker })],
])('no snapshot is the same object after %s', async (_, change) => {
  const b = bench()
  for (const name of ['first', 'second']) watch(b.task.run(name))
  await b.job('first')
  const before = b.runtime.getRuntimeSnapshot()
  await change(b)
  await turns()
  const after = b.runtime.getRuntimeSnapshot()
  expect(after).not.toBe(before)
  expect(after).not.toEqual(before)
  expect(b.runtime.getRuntimeSnapshot()).toBe(after)
})

it('a subscription reports the state at once and then every 250 ms', () => {
  const { told } = subscribed()
  expect(told).toHaveLength(1)
  vi.advanceTimersByTime(249)
  expect(told).toHaveLength(1)
  vi.advanceTimersByTime(1)
  expect(told).toHaveLength(2)
  vi.advanceTimersByTime(500)
  expect(told).toHaveLength(4)
})

it('a subscription reports in its own interval', () => {
  const { told } = subscribed({ intervalMs: 10 })
  vi.advanceTimersByTime(30)
  expect(told).toHaveLength(4)
})

it('a subscription with emitImmediately: false waits for the first tick', () => {
  const { told } = subscribed({ emitImmediately: false })
  expect(told).toEqual([])
  vi.advanceTimersByTime(250)
  expect(told).toHaveLength(1)
})

it('a subscription with onlyOnChange reports what has changed between ticks, once', async () => {
  const { told, task, job } = subscribed({ onlyOnChange: true, intervalMs: 10 })
  vi.advanceTimersByTime(100)
  expect(told).toHaveLength(1)
  const call = task.run('a')
  vi.advanceTimersByTime(100)
  expect(told.map(({ tasks }) => tasks[0]?.queueDepth)).toEqual([0, 1])
  ;(await job('a')).resolve(0)
  await call
  vi.advanceTimersByTime(100)
  expect(told.map(({ tasks }) => tasks[0]?.queueDepth)).toEqual([0, 1, 0])
})

it.each<[string, (b: ReturnType<typeof bench>) => unknown]>([
  ['a task that is defined', ({ runtime, worker }) => runtime.defineTask({ type: 'singleton', worker })],
  ['a task that is disposed', ({ task }) => task.dispose()],
  ['workers that stop', ({ task }) => task.stopWorkers()],
  ['a crash', ({ workers }) => workers[0]?.crash('gone')],
  ['a call that has ended meanwhile', ({ task }) => task.echo(1)],
])('a subscription with onlyOnChange notices %s', async (_, change) => {
  const b = subscribed({ onlyOnChange: true, intervalMs: 10 }, { init: 'eager' })
  const before = b.told.length
  await change(b)
  vi.advanceTimersByTime(10)
  expect(b.told).toHaveLength(before + 1)
})

it('a subscription with onlyOnChange to an idle runtime takes no snapshots', () => {
  const { kernel } = subscribed({ onlyOnChange: true, intervalMs: 10 })
  const serialise = vi.spyOn(kernel, 'snapshot')
  vi.advanceTimersByTime(1_000)
  expect(serialise).not.toHaveBeenCalled()
})

it('a subscription with onlyOnChange reports what its own listener has changed', async () => {
  const { runtime, task } = bench()
  const depths: number[] = []
  runtime.subscribeRuntimeSnapshot(
    ({ tasks }) => {
      depths.push(tasks[0]?.queueDepth ?? -1)
      if (depths.length === 1) watch(task.run('a'))
    },
    { onlyOnChange: true, intervalMs: 10 },
  )
  vi.advanceTimersByTime(100)
  expect(depths).toEqual([0, 1])
})

it('a subscription ends when it is told to, also by its own listener, and leaves no timer', () => {
  const { stop, told, runtime } = subscribed({ intervalMs: 10 })
  let calls = 0
  const own = runtime.subscribeRuntimeSnapshot(
    () => {
      calls++
      own()
    },
    { intervalMs: 10, emitImmediately: false },
  )
  vi.advanceTimersByTime(100)
  expect(calls).toBe(1)
  expect(told).toHaveLength(11)
  stop()
  stop()
  vi.advanceTimersByTime(100)
  expect(told).toHaveLength(11)
  expect(vi.getTimerCount()).toBe(0)
})

it('a subscription ends with its runtime', () => {
  const { runtime, told } = subscribed({ intervalMs: 10 })
  runtime.dispose()
  vi.advanceTimersByTime(100)
  expect(told).toHaveLength(1)
  expect(vi.getTimerCount()).toBe(0)
})

it('a subscription goes on when its listener throws, and so do the others', () => {
  const { runtime, told } = subscribed({ intervalMs: 10 })
  const bad = vi.fn(() => {
    throw new Error('a bad listener')
  })
  runtime.subscribeRuntimeSnapshot(bad, { intervalMs: 10 })
  vi.advanceTimersByTime(20)
  expect(bad).toHaveBeenCalledTimes(3)
  expect(told).toHaveLength(3)
})

it.each([2 ** 31, 1e12, Number.POSITIVE_INFINITY])(
  'a subscription every %d ms does not fire at once',
  intervalMs => {
    const { told } = subscribed({ intervalMs })
    vi.advanceTimersByTime(86_400_000)
    expect(told).toHaveLength(1)
  },
)

it.each<[unknown, Error]>([
  [0, new RangeError('intervalMs must be a number above 0, not 0')],
  [-5, new RangeError('intervalMs must be a number above 0, not -5')],
  [Number.NaN, new RangeError('intervalMs must be a number above 0, not NaN')],
  ['10', new TypeError('intervalMs must be a number, not 10')],
])('a subscription every %o ms is an error that says what is allowed', (intervalMs, error) => {
  const { runtime } = bench()
  expect(() => runtime.subscribeRuntimeSnapshot(() => {}, { intervalMs: intervalMs as number })).toThrow(
    error,
  )
  expect(vi.getTimerCount()).toBe(0)
})

it.each<[unknown, string]>([
  [null, 'subscribeRuntimeSnapshot() takes an object of options, not null'],
  [250, 'subscribeRuntimeSnapshot() takes an object of options, not 250'],
  [{ emitImmediately: 'no' }, 'emitImmediately must be a boolean, not "no"'],
  [{ onlyOnChange: 1 }, 'onlyOnChange must be a boolean, not 1'],
])('a subscription with %o for options is a TypeError that says what is allowed', (options, message) => {
  const { runtime } = bench()
  const subscribe = () => runtime.subscribeRuntimeSnapshot(() => {}, options as never)
  expect(subscribe).toThrow(new TypeError(message))
  expect(vi.getTimerCount()).toBe(0)
})

it('a subscription without a listener is a TypeError', () => {
  const { runtime } = bench()
  expect(() => runtime.subscribeRuntimeSnapshot(undefined as never)).toThrow(
    new TypeError('listener must be a function, not undefined'),
  )
})

it('a subscription sees what its tasks do between two turns of the event loop', async () => {
  const { told, task } = subscribed({ intervalMs: 10 })
  await task.echo(1)
  await turns()
  vi.advanceTimersByTime(10)
  expect(told.at(-1)?.tasks[0]).toMatchObject({ totalDispatched: 1, queueDepth: 0, taskStatus: 'idle' })
})
