import { TaskDisposedError } from '@varunkanwar/atelier'
import { describe, expect, it } from 'vitest'
import { rejection } from '../support/outcome.ts'
import { jobs } from './jobs.ts'

const settled = (call: Promise<unknown>) => rejection(call).then(({ name }) => name)

describe('stopWorkers()', () => {
  it('holds calls back until startWorkers(), also those that were running', async () => {
    const { task, workers } = jobs({ maxQueueDepth: 4 })
    await task.echo('up')
    const calls = [task.sleep(30), task.echo('second')]
    task.stopWorkers()
    expect(task.getState()).toMatchObject({ taskStatus: 'paused', activeWorkers: 0, pendingQueueDepth: 2 })
    const third = task.echo('third')
    task.startWorkers()
    expect(await Promise.all([...calls, third])).toEqual([30, 'second', 'third'])
    expect(workers).toHaveLength(2)
  })

  it('may come before the first worker has loaded', async () => {
    const { task } = jobs({ init: 'eager' })
    const call = task.echo(1)
    for (let time = 0; time < 5; time++) {
      task.stopWorkers()
      task.startWorkers()
    }
    expect(await call).toBe(1)
  })
})

describe('dispose()', () => {
  it('rejects calls in every state, ends the workers and takes no more', async () => {
    const { task } = jobs({ maxQueueDepth: 1 })
    const calls = [task.spin(), task.echo(1), task.echo(2)].map(settled)
    task.dispose()
    task.dispose()
    expect(await Promise.all(calls)).toEqual(Array(3).fill('TaskDisposedError'))
    const error = await rejection(task.echo(3))
    expect(error).toBeInstanceOf(TaskDisposedError)
    expect(error).toMatchObject({ taskId: 'jobs' })
    expect(task.getState()).toMatchObject({ activeWorkers: 0, workerStatus: 'stopped' })
  })

  it('of the runtime disposes of every task', async () => {
    const { runtime, task } = jobs()
    const call = settled(task.forever())
    runtime.dispose()
    expect(await call).toBe('TaskDisposedError')
    expect(runtime.getRuntimeSnapshot()).toEqual({
      tasks: [],
      busyWorkers: 0,
      maxBusyWorkers: Number.POSITIVE_INFINITY,
    })
  })
})

it('a component that mounts twice has one set of workers at the end', async () => {
  const made = [jobs({ init: 'eager' }), jobs({ init: 'eager' })]
  made[0]?.runtime.dispose()
  expect(await made[1]?.task.echo('second mount')).toBe('second mount')
  await expect(made[0]?.task.echo('first mount')).rejects.toBeInstanceOf(TaskDisposedError)
})

it('an idle task ends its workers, and the next call starts them again', async () => {
  const { task, workers } = jobs({ idleTimeoutMs: 30 })
  await task.echo(1)
  await expect.poll(() => task.getState().activeWorkers).toBe(0)
  expect(await task.echo(2)).toBe(2)
  expect(workers).toHaveLength(2)
})

it('drain() resolves when the last call has ended', async () => {
  const { task } = jobs({ type: 'parallel', poolSize: 2 })
  const done: number[] = []
  for (const ms of [30, 10, 20]) task.sleep(ms).then(() => done.push(ms))
  await task.drain()
  expect(done.sort()).toEqual([10, 20, 30])
})

it('a pool gives a call to a worker that is free', async () => {
  const { task, workers } = jobs({ type: 'parallel', poolSize: 3, maxQueueDepth: 100 })
  const long = task.sleep(2_000)
  const order: string[] = []
  long.then(() => order.push('long'))
  await Promise.all(Array.from({ length: 50 }, (_, n) => task.echo(n)))
  order.push('short')
  await long
  expect(order).toEqual(['short', 'long'])
  expect(workers).toHaveLength(3)
})
