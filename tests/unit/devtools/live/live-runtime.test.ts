import { afterEach, expect, it, vi } from 'vitest'
import { LiveRuntime } from '../../../../ts/devtools/live/live-runtime.ts'
import { BarState } from '../../../../ts/devtools/model/bars.ts'
import type { TaskModel } from '../../../../ts/devtools/model/task-model.ts'
import { createTaskRuntime, type TaskConfig } from '../../../../ts/index.ts'
import { type Inspection, inspections } from '../../../../ts/page/observability/inspection.ts'
import { bench } from '../../../support/bench.ts'
import { listen } from '../../../support/events.ts'
import { turns, until } from '../../../support/turns.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const watched = (config: Partial<TaskConfig> = {}) => {
  const b = bench(config)
  const live = new LiveRuntime(b.runtime, 'bench', () => {})
  live.watch()
  const task = () => [...live.model.tasks.values()][0] as TaskModel
  return { ...b, live, model: task }
}

/** The attempts of a slot: method, state, and whether it has ended. */
const attempts = (task: TaskModel, slot = 0) => {
  const bars = task.lanes[slot]?.bars
  if (!bars) return []
  return Array.from({ length: bars.next - bars.first }, (_, at) => {
    const index = bars.at(bars.first + at)
    const state = Object.entries(BarState).find(([, value]) => value === bars.state[index])?.[0]
    return `${bars.facts[index]?.method} ${state}`
  })
}

it('a call is in its lane while it runs and after it ended, with its key, its trace and its times', async () => {
  const { task, runtime, job, model } = watched()
  const trace = runtime.createTrace('import')
  const call = task.with({ key: 'k', trace, priority: 3 }).run('a')
  const running = await job('a')
  expect(attempts(model())).toEqual(['run open'])
  running.resolve(1)
  await call
  expect(attempts(model())).toEqual(['run ok'])
  const bars = model().lanes[0]?.bars
  expect(bars?.facts[0]).toEqual({ id: 'bench-0', method: 'run', key: 'k', trace: 'import', priority: 3 })
  expect(bars?.wait[0]).toBe(0)
  expect(bars?.run[0]).toBeGreaterThanOrEqual(0)
  expect(model().counts).toMatchObject({ dispatched: 1, succeeded: 1, failed: 0, 'workers created': 1 })
  expect(model().total.percentiles()?.count).toBe(1)
})

it('failed, refused and dropped calls are told apart, with what their callers are told', async () => {
  const { task, job, model } = watched({ maxQueueDepth: 0, queuePolicy: 'reject' })
  await expect(task.fail('no')).rejects.toThrow('no')
  const running = task.run('a')
  await expect(task.echo(1)).rejects.toThrow()
  ;(await job('a')).resolve(1)
  await running
  expect(attempts(model())).toEqual(['fail failed', 'run ok'])
  expect(model().lanes[0]?.bars.facts[0]?.error).toBe('RangeError: no')
  const { neverSent } = model()
  expect([neverSent.next, neverSent.state[0], neverSent.facts[0]?.method]).toEqual([
    1,
    BarState.dropped,
    'echo',
  ])
  expect(model().counts.rejected).toBe(1)
})

it('a canceled call stays in its lane until its worker has replied', async () => {
  const { task, runtime, job, model } = watched({ maxInFlight: 2 })
  const kept = task.run('kept')
  const gone = task.with({ key: 'k' }).run('gone')
  const running = await job('gone')
  runtime.abortTaskController.abort('k')
  await expect(gone).rejects.toThrow()
  expect(attempts(model())).toEqual(['run open', 'run abandoned'])
  running.resolve(1)
  await until(() => attempts(model())[1] === 'run canceled')
  expect(model().abandoned).toBe(0)
  ;(await job('kept')).resolve(1)
  await kept
  expect(attempts(model())).toEqual(['run ok', 'run canceled'])
})

it('a crash ends what is in its lane, and is noted with its cause', async () => {
  const { task, workers, job, live, model } = watched()
  const call = task.run('a')
  await job('a')
  workers[0]?.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }))
  await expect(call).rejects.toThrow()
  expect(attempts(model())).toEqual(['run lost'])
  expect(live.model.crashes).toHaveLength(1)
  expect(live.model.crashes[0]).toMatchObject({ slot: 0, message: expect.stringContaining('out of memory') })
  expect(model().lanes[0]?.lives[0]).toMatchObject({ crashed: true })
  expect(model().lanes[0]?.lives[0]?.to).toBeLessThan(Number.POSITIVE_INFINITY)
})

it('who begins to look sees what is there already, and who looks away and back sees a gap', async () => {
  const b = bench({ maxInFlight: 2, maxQueueDepth: 5 })
  const calls = ['a', 'b', 'c', 'd'].map(name => b.task.with({ priority: name === 'd' ? 2 : 0 }).run(name))
  await b.job('b')
  const live = new LiveRuntime(b.runtime, 'bench', () => {})
  live.watch()
  const [task] = [...live.model.tasks.values()] as [TaskModel]
  expect(attempts(task)).toEqual(['run open', 'run open'])
  expect([task.inFlight, task.pending, task.workers]).toEqual([2, 2, 1])
  expect(live.queuedByPriority(task)).toEqual([
    { priority: 2, count: 1 },
    { priority: 0, count: 1 },
  ])
  live.unwatch()
  expect(attempts(task)).toEqual(['run unseen', 'run unseen'])
  ;(await b.job('a')).resolve(1)
  await b.job('d')
  live.watch()
  expect(attempts(task)).toEqual(['run unseen', 'run unseen', 'run open', 'run open'])
  expect(live.model.gaps).toHaveLength(1)
  expect(live.model.gaps[0]?.to).toBeLessThan(Number.POSITIVE_INFINITY)
  b.task.dispose()
  await Promise.allSettled(calls)
  live.findTasks()
  expect(task.isDisposed).toBe(true)
})

it('workers are stopped and started by the task, and the runtime goes on', async () => {
  const { task, live, model } = watched()
  await task.echo(1)
  live.stopWorkers(model())
  expect(task.getState()).toMatchObject({ taskStatus: 'paused', activeWorkers: 0 })
  live.startWorkers(model())
  expect(await task.echo(2)).toBe(2)
})

it('a thousand panels that came and went leave the runtime as it was', async () => {
  const { task, runtime, kernel } = bench()
  const { host, shell, telemetry } = inspections.get(runtime) as Inspection
  const connect = vi.spyOn(host, 'connect')
  const observe = vi.spyOn(kernel, 'observe')
  for (let round = 0; round < 1_000; round++) {
    const live = new LiveRuntime(runtime, 'bench', () => {})
    live.watch()
    if (round % 2 === 0) await task.echo(round)
    live.unwatch()
    live.unwatch()
  }
  expect(connect.mock.lastCall?.[0]).toBe(shell)
  expect(observe.mock.lastCall?.[0]).toBe(false)
  expect(telemetry.timesCalls).toBe(false)
  expect(await task.echo(1)).toBe(1)
})

it('of two panels the one that stays sees everything', async () => {
  const { task, runtime, live, model } = watched()
  const other = new LiveRuntime(runtime, 'other', () => {})
  other.watch()
  await task.echo(1)
  other.unwatch()
  await task.echo(2)
  expect(attempts(model())).toEqual(['echo ok', 'echo ok'])
  expect([...other.model.tasks.values()].map(each => attempts(each))).toEqual([['echo ok']])
  live.unwatch()
})

it('a panel changes nothing of what listeners get, and its counts are theirs', async () => {
  const { task, runtime, model } = watched({ maxInFlight: 3, maxQueueDepth: 2, queuePolicy: 'drop-oldest' })
  const told = listen(runtime)
  const calls = Array.from({ length: 9 }, (_, at) => (at % 3 === 0 ? task.fail('no') : task.echo(at)))
  await Promise.allSettled(calls)
  await turns()
  const { counts } = model()
  expect(counts.dispatched).toBe(told.count('task.dispatch.total'))
  expect(counts.succeeded).toBe(told.count('task.success.total'))
  expect(counts.failed).toBe(told.count('task.failure.total'))
  expect(counts.rejected).toBe(told.count('task.rejected.total'))
  expect(counts.succeeded + counts.failed + counts.rejected).toBe(9)
})

it('a fault of a panel is reported, and is none of the runtime', async () => {
  const { task, live } = watched()
  const reported = vi.fn()
  vi.stubGlobal('reportError', reported)
  live.model.dispatch = () => {
    throw new Error('a fault')
  }
  expect(await task.echo(1)).toBe(1)
  expect(reported).toHaveBeenCalledWith(expect.objectContaining({ message: 'a fault' }))
  vi.unstubAllGlobals()
})

it.each([{}, null, undefined, 'runtime', { ...createTaskRuntime() }])('%j is no runtime to attach', value => {
  expect(() => new LiveRuntime(value as never, 'x', () => {})).toThrow(/attach\(\) takes a runtime/)
})
