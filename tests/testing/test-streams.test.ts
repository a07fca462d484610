import { expect, it, onTestFinished } from 'vitest'
import type { TaskConfig } from '../../ts/api/config.ts'
import type { TaskStream } from '../../ts/api/streams.ts'
import { createTaskRuntime } from '../../ts/page/runtime.ts'
import { createTestWorkers, createVirtualClock, settle, type TestWorkerOptions } from '../../ts/testing.ts'
import { all } from '../support/iteration.ts'
import { rejection, watch } from '../support/outcome.ts'

type API = { count(n: number): TaskStream<number, string>; slow(n: number): TaskStream<number> }

const handlers = {
  *count(n: number) {
    for (let i = 0; i < n; i++) yield i
    return 'end'
  },
  async *slow(n: number) {
    for (let i = 0; i < n; i++) {
      await new Promise(resolve => setTimeout(resolve, 1_000))
      yield i
    }
  },
}

function made(config: Partial<TaskConfig<API>> = {}, options: TestWorkerOptions = {}) {
  const workers = createTestWorkers(handlers, options)
  const runtime = createTaskRuntime()
  onTestFinished(() => runtime.dispose())
  const streams = { count: true, slow: true } as const
  const task = runtime.defineTask<API>({ type: 'singleton', worker: workers.create, streams, ...config })
  return { task, workers }
}

it('a stream of a test worker has its items and its end', async () => {
  const { task } = made()
  expect(await all(task.count(100))).toEqual([...Array(100).keys()])
})

it('settle() waits until a stream rests or has ended', async () => {
  const { task } = made()
  const stream = task.count(100)
  void stream.next()
  await settle()
  expect(task.getState()).toMatchObject({ restingDepth: 1, queueDepth: 0 })
  const rest = watch(all(stream))
  await settle()
  expect(rest.value).toHaveLength(99)
})

it('items that come at times come when the clock says so', async () => {
  using clock = createVirtualClock()
  const { task } = made()
  const items: number[] = []
  const loop = (async () => {
    for await (const item of task.slow(3)) items.push(item)
  })()
  await clock.advance(1_000)
  expect(items).toEqual([0])
  await clock.advance(2_000)
  await loop
  expect(items).toEqual([0, 1, 2])
})

it('itemTimeoutMs takes no time in a test', async () => {
  using clock = createVirtualClock()
  const { task } = made({ streams: { slow: { itemTimeoutMs: 500 } } })
  const next = rejection(task.slow(3).next())
  await clock.advance(500)
  expect(await next).toMatchObject({ name: 'AbortError', cause: { name: 'TimeoutError' } })
})

it('a worker that crashes cuts its streams short', async () => {
  const { task, workers } = made()
  const stream = task.count(1_000)
  expect((await stream.next()).value).toBe(0)
  await settle()
  workers.all[0]?.crash()
  const items: number[] = []
  const error = await rejection(
    (async () => {
      for await (const item of stream) items.push(item)
    })(),
  )
  expect(items).toHaveLength(15)
  expect(error).toMatchObject({ name: 'WorkerCrashedError' })
})

it('the end of a stream can be held, and its items come', async () => {
  const { task, workers } = made()
  await all(task.count(0))
  workers.all[0]?.holdAnswers()
  const stream = task.count(2)
  expect([(await stream.next()).value, (await stream.next()).value]).toEqual([0, 1])
  const end = watch(stream.next())
  await settle()
  expect(end.status).toBe('open')
  workers.all[0]?.releaseAnswers()
  await settle()
  expect(end.value).toEqual({ done: true, value: 'end' })
})

it('the end of a stream can be delayed', async () => {
  using clock = createVirtualClock()
  const { task } = made({}, { answerDelayMs: 50 })
  const stream = task.count(1)
  const steps = [watch(stream.next()), watch(stream.next())]
  await settle()
  expect(steps.map(({ status }) => status)).toEqual(['fulfilled', 'open'])
  await clock.advance(50)
  expect(steps[1]?.value).toEqual({ done: true, value: 'end' })
})
