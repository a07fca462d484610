import { createTaskRuntime, type Task, type TaskConfig, type TaskRuntime } from '@varunkanwar/atelier'
import { expect, it, onTestFinished } from 'vitest'
import { generator, pick } from '../support/random.ts'
import type { LivesAPI } from './workers/lives.worker.ts'

/** Set VITE_LIVES_CALLS for a longer storm. */
const CALLS = Number(import.meta.env.VITE_LIVES_CALLS ?? 1_000)

type Lives = { runtime: TaskRuntime; task: Task<LivesAPI>; workers: Worker[] }

function lives(config: Partial<TaskConfig> = {}): Lives {
  const runtime = createTaskRuntime()
  onTestFinished(() => runtime.dispose())
  const workers: Worker[] = []
  const task = runtime.defineTask<LivesAPI>({
    type: 'singleton',
    worker: () => {
      const worker = new Worker(new URL('./workers/lives.worker.ts', import.meta.url), { type: 'module' })
      workers.push(worker)
      return worker
    },
    ...config,
  })
  return { runtime, task, workers }
}

it('a worker is set up with its data before its first call, and again with each new data', async () => {
  const { task } = lives({ workerData: 1 })
  expect(await task.work(7)).toEqual({ value: 7, data: 1 })
  const before = task.work(8)
  task.workers.setData(2)
  task.workers.setData(3)
  expect(await Promise.all([before, task.work(9)])).toEqual([
    { value: 8, data: 1 },
    { value: 9, data: 3 },
  ])
  await task.workers.replace()
  expect(await task.seen()).toEqual([3])
})

it('a worker without data is set up with undefined', async () => {
  expect(await lives().task.seen()).toEqual([undefined])
})

it('calls wait for a set-up that takes its time, and one that is canceled meanwhile never starts', async () => {
  const { runtime, task } = lives({ workerData: { waitMs: 100 }, maxInFlight: 3 })
  const canceled = task.with({ key: 'k' }).last(1)
  const other = task.work(2)
  runtime.abortTaskController.abort('k')
  await expect(canceled).rejects.toMatchObject({ name: 'AbortError' })
  expect(await other).toMatchObject({ value: 2 })
  await task.drain()
  expect(await task.seen()).toEqual([['waitMs']])
})

it('a set-up that fails is a crash whose cause is its error, with the stack of the worker', async () => {
  const { task } = lives({ workerData: { fail: 'no model' }, crashMaxRetries: 0 })
  await expect(task.work(1)).rejects.toMatchObject({
    name: 'WorkerCrashedError',
    cause: { name: 'RangeError', message: 'no model', stack: expect.stringContaining('lives.worker') },
  })
  expect(task.getState().workerStatus).toBe('crashed')
})

it('a canvas moves to its worker, a new one to each', async () => {
  const colors = ['#ff0000', '#0000ff']
  const { task } = lives({
    type: 'parallel',
    poolSize: 2,
    init: 'eager',
    workerData: ({ index }: { index: number }) => ({
      canvas: new OffscreenCanvas(1, 1),
      color: colors[index],
    }),
  })
  const pixels = await Promise.all([task.pixel(), task.pixel()])
  expect(pixels).toEqual([
    [255, 0, 0, 255],
    [0, 0, 255, 255],
  ])
  expect(await Promise.all([task.index(), task.index()])).toEqual([0, 1])
})

it('a worker that retires is replaced after its calls have ended', async () => {
  const { task, workers } = lives({ maxInFlight: 3 })
  const calls = [task.later(1, 50), task.last(2), task.later(3, 20)]
  expect((await Promise.all(calls)).map(({ value }) => value)).toEqual([1, 2, 3])
  expect(await task.work(4)).toMatchObject({ value: 4 })
  expect(workers).toHaveLength(2)
})

it(`no call of ${CALLS} is lost by replacement, retirement, shrinking and crashes together`, async () => {
  const random = generator(7)
  const { runtime, task, workers } = lives({
    type: 'parallel',
    poolSize: { min: 1, max: 3 },
    maxInFlight: 9,
    maxQueueDepth: Number.POSITIVE_INFINITY,
    maxCallsPerWorker: 60,
    idleTimeoutMs: 15,
    crashPolicy: 'restart-requeue-in-flight',
    crashMaxRetries: 1_000_000,
    workerData: 0,
  })
  const reasons = new Set<unknown>()
  runtime.subscribeEvents(event => {
    if (event.kind === 'counter' && event.name === 'worker.terminate.total') reasons.add(event.attrs?.reason)
  })
  const replaced: Promise<void>[] = []
  const settled: Promise<void>[] = []
  let newest = 0
  for (let call = 0; call < CALLS; call++) {
    const asked = newest
    const kind = pick(['work', 'work', 'later'], random)
    const made = kind === 'later' ? task.later(call, 3) : task[call % 70 === 0 ? 'last' : 'work'](call)
    settled.push(
      made.then(({ value, data }) => {
        expect(value).toBe(call)
        expect(data).toBeGreaterThanOrEqual(asked)
      }),
    )
    if (call % 97 === 0) task.workers.setData(++newest)
    if (call % 211 === 0) replaced.push(task.workers.replace())
    if (call % 307 === 0) workers.at(-1)?.dispatchEvent(new ErrorEvent('error', { message: 'made to crash' }))
    if (call % 150 === 0) {
      await Promise.all(settled.splice(0))
      await new Promise(resolve => setTimeout(resolve, 40))
    }
  }
  await Promise.all(settled)
  await Promise.all(replaced)
  await task.drain()
  expect([...reasons].sort()).toEqual(['idle', 'replaced', 'retired'])
  expect(workers.length).toBeGreaterThan(CALLS / 100)
}, 120_000)
