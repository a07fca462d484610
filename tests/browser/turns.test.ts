import { createTaskRuntime, SupersededError, type Task, type TaskConfig } from '@varunkanwar/atelier'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listen } from '../support/events.ts'
import { rejection, watch } from '../support/outcome.ts'
import { type BusyWorkers, turnsWorkers } from './turns.ts'
import type { TurnsAPI } from './workers/turns.worker.ts'

declare const TaskController: {
  new (options: { priority: string }): AbortController & { setPriority(priority: string): void }
}

function singleton(config: Partial<TaskConfig> = {}) {
  const runtime = createTaskRuntime()
  onTestFinished(() => runtime.dispose())
  const busy: BusyWorkers = { now: 0, most: 0 }
  const { create } = turnsWorkers(busy)
  const task = runtime.defineTask<TurnsAPI>({
    ...{ type: 'singleton', taskId: 'turns', worker: create },
    ...{ maxQueueDepth: Number.POSITIVE_INFINITY, ...config },
  })
  return { runtime, task, busy }
}

/** What the worker of a singleton has started so far, in order. */
async function startOrder(task: Task<TurnsAPI>): Promise<string[]> {
  await task.drain()
  return task.started()
}

describe('in a worker', () => {
  it('calls arrive by priority, and in the order of the calls within one', async () => {
    const { task } = singleton()
    for (const [name, priority] of [
      ['first', 0],
      ['low', -8],
      ['a', 0],
      ['high', 7],
      ['b', 0],
      ['high too', 7],
    ] as const) {
      watch(task.with({ priority }).run(name, 0))
    }
    expect(await startOrder(task)).toEqual(['first', 'high', 'high too', 'a', 'b', 'low'])
  })

  it('an urgent call among 1,000 that wait for room is the next', async () => {
    const { task } = singleton({ maxQueueDepth: 1 })
    for (let call = 0; call < 1_000; call++) watch(task.run(`call ${call}`, 0))
    watch(task.with({ priority: 1 }).run('urgent', 0))
    const order = await startOrder(task)
    expect(order.slice(0, 3)).toEqual(['call 0', 'urgent', 'call 1'])
    expect(order).toHaveLength(1_001)
  })

  it('calls arrive newest first, and the oldest are dropped', async () => {
    const { task } = singleton({ order: 'newest-first', maxQueueDepth: 3, queuePolicy: 'drop-oldest' })
    const calls = ['first', 'a', 'b', 'c', 'd', 'e'].map(name => watch(task.run(name, 0)))
    expect(await startOrder(task)).toEqual(['first', 'e', 'd', 'c'])
    expect(calls.map(({ status }) => status)).toEqual([
      'fulfilled',
      ...['rejected', 'rejected'],
      ...['fulfilled', 'fulfilled', 'fulfilled'],
    ])
  })

  it('the queued calls of a key move when they are prioritized', async () => {
    const { runtime, task } = singleton()
    for (const name of ['first', 'a', 'b']) watch(task.run(name, 0))
    for (const name of ['page 1', 'page 2']) watch(task.with({ key: 'visible' }).run(name, 0))
    runtime.prioritize('visible', 4)
    expect(await startOrder(task)).toEqual(['first', 'page 1', 'page 2', 'a', 'b'])
  })

  it.skipIf(!('TaskController' in globalThis))(
    'calls follow a TaskSignal while they are queued, and end with it (where the engine has TaskController)',
    async () => {
      const { task } = singleton()
      const [later, sooner, gone] = ['background', 'background', 'user-blocking'].map(
        priority => new TaskController({ priority }),
      ) as [AbortController, InstanceType<typeof TaskController>, AbortController]
      watch(task.run('first', 0))
      watch(task.with({ signal: later.signal }).run('later', 0))
      watch(task.run('normal', 0))
      watch(task.with({ signal: sooner.signal }).run('sooner', 0))
      const ended = rejection(task.with({ signal: gone.signal }).run('gone', 0))
      sooner.setPriority('user-blocking')
      gone.abort()
      expect((await ended).name).toBe('AbortError')
      expect(await startOrder(task)).toEqual(['first', 'sooner', 'normal', 'later'])
    },
  )

  it('of the calls with a word only the running and the newest arrive', async () => {
    const { task } = singleton()
    const search = task.with({ latest: 'search' })
    const calls = ['a', 'ab', 'abc', 'abcd'].map(query => watch(search.run(query, 5)))
    expect(await startOrder(task)).toEqual(['a', 'abcd'])
    for (const { reason } of calls.slice(1, 3)) {
      expect(reason).toMatchObject({ name: 'AbortError' })
      expect((reason as Error).cause).toEqual(new SupersededError('turns', 'search'))
    }
  })

  it('with replaceRunning the running one is canceled there, and makes room for the newest', async () => {
    const { task, busy } = singleton()
    const search = task.with({ latest: 'search', replaceRunning: true })
    const old = rejection(search.cooperate('old'))
    await expect.poll(() => busy.now).toBe(1)
    expect(await search.run('new', 0)).toBe('new')
    expect((await old).cause).toBeInstanceOf(SupersededError)
    expect(await startOrder(task)).toEqual(['old', 'new'])
  })
})

describe('a budget', () => {
  /** Tasks of one runtime, whose workers say themselves when they are busy. */
  function tasks(maxBusyWorkers: number, configs: Partial<TaskConfig>[]) {
    const runtime = createTaskRuntime({ maxBusyWorkers, observability: { spans: 'off' } })
    onTestFinished(() => runtime.dispose())
    const busy: BusyWorkers = { now: 0, most: 0 }
    const made = configs.map((config, index) => {
      const { create } = turnsWorkers(config.weight === 0 ? undefined : busy)
      return runtime.defineTask<TurnsAPI>({
        ...{ type: 'parallel', taskId: String(index), poolSize: 3, worker: create },
        ...{ maxQueueDepth: Number.POSITIVE_INFINITY, ...config },
      })
    }) as [Task<TurnsAPI>, Task<TurnsAPI>, Task<TurnsAPI>]
    return { runtime, tasks: made, busy, events: listen(runtime) }
  }

  it('of 2 keeps the workers of three tasks to 2 at a time, serves every task, and lets each drain', async () => {
    const { runtime, tasks: all, busy, events } = tasks(2, [{}, { maxInFlight: 9 }, { weight: 3 }])
    const calls = all.flatMap(task => Array.from({ length: 20 }, (_, n) => watch(task.run(`${n}`, 30))))
    await Promise.all(all.map(task => task.drain()))
    expect(busy).toEqual({ now: 0, most: 2 })
    expect(calls.filter(({ status }) => status !== 'fulfilled')).toEqual([])
    const levels = events.metrics('runtime.busy_workers').map(({ value }) => value)
    expect([Math.max(...levels), levels.at(-1)]).toEqual([2, 0])
    const served = events.metrics('task.dispatch.total').map(({ attrs }) => attrs?.['task.id'])
    expect(new Set(served.slice(0, 4))).toEqual(new Set(['0', '1', '2']))
    expect(runtime.getRuntimeSnapshot()).toMatchObject({ busyWorkers: 0, maxBusyWorkers: 2 })
  })

  it('gives its parts to the most urgent calls, of whatever task', async () => {
    const { tasks: all, events } = tasks(1, [{}, {}, {}])
    for (const [task, priority] of [
      [0, 0],
      [0, 0],
      [1, -8],
      [2, 7],
    ] as const) {
      watch(all[task]?.with({ priority }).run('', 0) as Promise<string>)
    }
    await Promise.all(all.map(task => task.drain()))
    const served = events.metrics('task.dispatch.total').map(({ attrs }) => attrs?.['task.id'])
    expect(served).toEqual(['0', '2', '0', '1'])
  })

  it('does not count the workers of a task with the weight 0', async () => {
    const { runtime, tasks: all } = tasks(1, [{ weight: 0 }, {}])
    for (let call = 0; call < 3; call++) watch(all[0].forever())
    expect(await all[1].run('counted', 0)).toBe('counted')
    expect(all[0].getState().queueDepth).toBe(3)
    expect(runtime.getRuntimeSnapshot().busyWorkers).toBe(0)
  })

  const ends: Record<string, (task: Task<TurnsAPI>) => void> = {
    'a crash': task => watch(task.close()),
    'stopWorkers()': task => {
      watch(task.forever())
      task.stopWorkers()
    },
    'dispose()': task => {
      watch(task.spin())
      task.dispose()
    },
    'the end of a cancelGraceMs': task => watch(task.with({ timeoutMs: 20 }).spin()),
  }
  it.each(Object.keys(ends))('is given back by %s, and another task has it', async how => {
    const { runtime, tasks: all, busy } = tasks(1, [{ cancelGraceMs: 20 }, {}])
    await all[0].run('up', 0)
    ends[how]?.(all[0])
    expect(await all[1].run('next', 0)).toBe('next')
    expect(busy.most).toBe(1)
    expect(runtime.getRuntimeSnapshot().busyWorkers).toBe(0)
  })
})
