import { expect, it } from 'vitest'
import { listen } from '../../../support/events.ts'
import { all } from '../../../support/iteration.ts'
import { streamBench } from '../../../support/stream-bench.ts'
import { turns, until } from '../../../support/turns.ts'

const handlers = {
  echo: <T>(value: T): T => value,
  *count(n: number) {
    for (let i = 0; i < n; i++) yield i
  },
}

const bench = (config: Parameters<typeof streamBench>[1] = {}) => {
  const { runtime, task } = streamBench(handlers, { values: ['echo'], ...config })
  return { runtime, task, told: listen(runtime) }
}

const levels = (told: ReturnType<typeof listen>, name: string) => told.metrics(name).map(({ value }) => value)

it('a stream that rests moves from the calls in flight to the resting ones, in gauges as in the state', async () => {
  const { task, told } = bench()
  const stream = task.count(100)
  await stream.next()
  await until(() => task.getState().restingDepth === 1)
  expect(task.getState()).toMatchObject({
    taskStatus: 'active',
    queueDepth: 0,
    restingDepth: 1,
    queueDepthByWorker: [0],
  })
  expect(await task.echo('beside')).toBe('beside')
  await stream.return()
  await until(() => task.getState().taskStatus === 'idle')
  expect(task.getState()).toMatchObject({ queueDepth: 0, restingDepth: 0 })
  expect(levels(told, 'queue.resting')).toEqual([1, 0])
  expect(levels(told, 'queue.in_flight').at(-1)).toBe(0)
})

it('the gauge of resting streams carries the limits of its queue, as those of the other calls do', async () => {
  const { task, told } = bench()
  await task.count(100).next()
  await until(() => told.metrics('queue.resting').length > 0)
  const [resting] = told.metrics('queue.resting')
  expect(resting).toMatchObject({ kind: 'gauge', value: 1 })
  expect(resting?.attrs).toEqual(told.metrics('queue.in_flight')[0]?.attrs)
})

it('a task none of whose streams has rested says nothing of resting ones', async () => {
  const { task, told } = bench()
  await task.echo(1)
  await all(task.count(0))
  await turns()
  expect(told.metrics('queue.resting')).toEqual([])
})

it('a new listener hears how many streams rest with the first gauges of their task', async () => {
  const { runtime, task } = bench()
  await task.count(100).next()
  await until(() => task.getState().restingDepth === 1)
  const later = listen(runtime)
  await task.echo(1)
  expect(levels(later, 'queue.resting')).toEqual([1])
})

it('the first item of a stream is measured once', async () => {
  const { task, told } = bench()
  await all(task.count(40))
  await all(task.count(0))
  await task.echo(1)
  expect(told.metrics('stream.first_item_ms')).toEqual([
    {
      kind: 'histogram',
      name: 'stream.first_item_ms',
      value: expect.any(Number),
      ts: expect.any(Number),
      attrs: { 'task.id': 'bench', 'task.type': 'singleton' },
    },
  ])
})
