import { proxy } from 'comlink'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import {
  createTaskRuntime,
  type TaskConfig,
  type TaskContext,
  type TaskRuntime,
  WorkerCrashedError,
} from '../../ts/index.ts'
import {
  createTestWorkers,
  createVirtualClock,
  settle,
  type TestWorkerOptions,
  type VirtualClock,
} from '../../ts/testing.ts'
import { rejection, watch } from '../support/outcome.ts'

let clock: VirtualClock
let runtime: TaskRuntime

beforeEach(() => {
  clock = createVirtualClock()
  runtime = createTaskRuntime({ observability: { spans: 'off' } })
})

afterEach(() => {
  runtime.dispose()
  clock.restore()
})

type API = {
  length(bytes: Uint8Array): Promise<number>
  make(size: number): Promise<Uint8Array>
  report(progress: (done: number) => void): Promise<void>
  sleep(ms: number): Promise<'woken'>
  fail(message: string): Promise<never>
}

const handlers = {
  length: (bytes: Uint8Array) => bytes.length,
  make: (size: number) => new Uint8Array(size),
  report: (progress: (done: number) => Promise<void>) => progress(1),
  sleep: (ms: number, { signal }: TaskContext) =>
    new Promise((resolve, reject) => {
      setTimeout(resolve, ms, 'woken')
      signal.addEventListener('abort', () => reject(signal.reason))
    }),
  fail(message: string) {
    throw new RangeError(message)
  },
}

function define(config: Partial<TaskConfig> = {}, options: TestWorkerOptions = {}) {
  const workers = createTestWorkers(handlers, options)
  const task = runtime.defineTask<API>({ type: 'singleton', worker: workers.create, ...config })
  return { workers, task }
}

it('a test worker runs its handlers, returns their results and throws their errors', async () => {
  const { task } = define()
  expect(await task.length(new Uint8Array(7))).toBe(7)
  const error = await rejection(task.fail('too far'))
  expect(error).toMatchObject({ name: 'RangeError', message: 'too far' })
  const unknown = await rejection((task as unknown as { nope(): Promise<void> }).nope())
  expect(unknown.message).toContain(
    '"nope" is not a method of this worker. Its methods: length, make, report',
  )
})

it('a test worker clones what does not move, and moves what does, both ways', async () => {
  const { task } = define()
  const kept = new Uint8Array(3)
  await task.with({ transfer: [] }).length(kept)
  expect(kept.length).toBe(3)
  await task.length(kept)
  expect(kept.length).toBe(0)
  expect(await task.make(5)).toEqual(new Uint8Array(5))
  expect((await rejection(task.length((() => {}) as never))).message).toContain('cannot be sent to a worker')
})

it('a test worker takes callbacks through Comlink', async () => {
  const { task } = define()
  const progress = vi.fn()
  await task.report(proxy(progress))
  expect(progress).toHaveBeenCalledWith(1)
})

it('a test worker calls a handler as a method of its object', async () => {
  const counter = {
    count: 0,
    next() {
      return ++this.count
    },
  }
  const task = runtime.defineTask<{ next(): Promise<number> }>({
    type: 'singleton',
    worker: createTestWorkers(counter).create,
  })
  await task.next()
  expect(await task.next()).toBe(2)
})

it('a test worker calls what is set as its on… property, and its listeners', () => {
  const worker = createTestWorkers(handlers).create()
  const heard: string[] = []
  worker.onerror = event => heard.push(`onerror ${(event as ErrorEvent).message}`)
  worker.addEventListener('error', () => heard.push('listener'))
  worker.onmessageerror = () => heard.push('onmessageerror')
  worker.crash('gone')
  worker.failMessage()
  expect(heard).toEqual(['onerror gone', 'listener', 'onmessageerror'])
})

it.each<[string, 'crash' | 'failToLoad' | 'failMessage' | 'close', RegExp]>([
  ['throws', 'crash', /^Uncaught Error \(test-worker:1\)$/],
  ['cannot be loaded', 'failToLoad', /could not be loaded or compiled/],
  ['sends a message that cannot be read', 'failMessage', /^A message from the worker could not be read\.$/],
  ['ends itself', 'close', /^The worker has ended itself or was ended\.$/],
])('a worker crashes when it %s', async (_, failure, cause) => {
  const { task, workers } = define({ type: 'parallel', poolSize: 2 })
  const calls = [watch(task.sleep(50)), watch(task.sleep(50))]
  await settle()
  workers.all[1]?.[failure]()
  await settle()
  expect(calls[0]?.status).toBe('open')
  expect(calls[1]?.reason).toBeInstanceOf(WorkerCrashedError)
  expect(calls[1]?.reason).toMatchObject({
    workerIndex: 1,
    cause: { message: expect.stringMatching(cause) },
  })
  expect(workers.live).toEqual([workers.all[0]])
  await clock.advance(100)
  expect(calls[0]?.value).toBe('woken')
  await task.length(new Uint8Array(0))
  expect(workers.live).toEqual([workers.all[0], workers.all[2]])
})

it('a worker that ends itself still delivers the replies that it has posted', async () => {
  const { task, workers } = define({ maxInFlight: 2 })
  const calls = [watch(task.sleep(10)), watch(task.sleep(20))]
  await settle()
  const close = setTimeout(() => workers.all[0]?.close(), 10)
  await clock.advance(10)
  clearTimeout(close)
  expect(calls.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
})

it('a terminated worker delivers no more replies and reports no more errors', async () => {
  const { task, workers } = define()
  const call = watch(task.sleep(10))
  await settle()
  task.stopWorkers()
  expect(workers.all[0]?.terminated).toBe(true)
  workers.all[0]?.crash('late')
  await clock.advance(10)
  expect(call.status).toBe('open')
  expect(task.getState()).not.toHaveProperty('lastCrash')
})

it('a timeout of half a minute takes no time in a test', async () => {
  const { task } = define({ timeoutMs: 30_000 }, { starts: false })
  const call = watch(task.make(1))
  await clock.advance(29_999)
  expect(call.status).toBe('open')
  await clock.advance(1)
  expect(call.reason).toMatchObject({ name: 'AbortError', cause: { name: 'TimeoutError' } })
})

it('the backoff of a task whose worker crashes again and again takes no time in a test', async () => {
  const { task, workers } = define({ crashPolicy: 'restart-requeue-in-flight' })
  const call = watch(task.sleep(5))
  for (const backoff of [100, 200, 400]) {
    await settle()
    workers.live[0]?.crash()
    const before = clock.elapsed
    await clock.advanceToNextTimer()
    while (workers.live.length === 0) await clock.advanceToNextTimer()
    expect(clock.elapsed - before).toBe(backoff)
  }
  await clock.advance(5)
  expect(call.value).toBe('woken')
})

it('the idle timeout of a pool takes no time in a test', async () => {
  const { task, workers } = define({ idleTimeoutMs: 3_600_000 })
  await task.make(1)
  await clock.advance(3_599_999)
  expect(workers.live).toHaveLength(1)
  await clock.advance(1)
  expect(workers.live).toHaveLength(0)
  await task.make(1)
  expect(workers.all).toHaveLength(2)
})

it('the grace period of a handler that does not stop takes no time in a test', async () => {
  const { task, workers } = define({ cancelGraceMs: 500 })
  const call = watch(task.with({ key: 'key' }).make(1))
  await settle()
  expect(call.status).toBe('fulfilled')
  workers.live[0]?.holdAnswers()
  const held = watch(task.with({ key: 'key' }).make(1))
  await settle()
  runtime.abortTaskController.abort('key')
  await clock.advance(499)
  expect(held.status).toBe('rejected')
  expect(workers.live).toHaveLength(1)
  const [before] = workers.live
  await clock.advance(1)
  expect(before?.terminated).toBe(true)
})

it('a snapshot every quarter of a second takes no time in a test', async () => {
  const { task } = define()
  const depths: number[] = []
  runtime.subscribeRuntimeSnapshot(({ tasks }) => depths.push(tasks[0]?.queueDepth ?? 0), {
    emitImmediately: false,
  })
  watch(task.sleep(600))
  await clock.advance(1_000)
  expect(depths).toEqual([1, 1, 0, 0])
})

it('replies can be held, and released in order', async () => {
  const { task, workers } = define({ maxInFlight: 3 })
  await task.make(0)
  workers.all[0]?.holdAnswers()
  workers.all[0]?.holdAnswers()
  const order: string[] = []
  const calls = [
    task.make(1).then(() => order.push('first')),
    task.fail('second').catch(() => order.push('second')),
    task.make(3).then(() => order.push('third')),
  ]
  await clock.advance(1_000)
  expect(order).toEqual([])
  expect(task.getState().queueDepth).toBe(3)
  workers.all[0]?.releaseAnswers()
  workers.all[0]?.releaseAnswers()
  await Promise.all(calls)
  expect(order).toEqual(['first', 'second', 'third'])
  expect(await task.make(2)).toHaveLength(2)
})

it('replies can be delayed', async () => {
  const { task } = define({}, { answerDelayMs: 40 })
  const call = watch(task.make(1))
  await clock.advance(39)
  expect(call.status).toBe('open')
  await clock.advance(1)
  expect(call.status).toBe('fulfilled')
})

it.each([
  [-1, RangeError],
  [Number.NaN, RangeError],
  [2 ** 31, RangeError],
  ['40' as never, TypeError],
])('a delay of replies of %s ms is refused', (answerDelayMs, Kind) => {
  expect(createTestWorkers(handlers, { answerDelayMs }).create).toThrow(
    new Kind(`answerDelayMs must be a number from 0 to 2147483647, not ${answerDelayMs}`),
  )
})

it('createTestWorkers gives each worker a state of its own when it is passed a function', async () => {
  const workers = createTestWorkers((index: number) => {
    let calls = 0
    return { call: () => `${index}:${++calls}` }
  })
  const task = runtime.defineTask<{ call(): Promise<string> }>({
    type: 'singleton',
    worker: workers.create,
  })
  expect([await task.call(), await task.call()]).toEqual(['0:1', '0:2'])
  workers.all[0]?.crash()
  await clock.advance(100)
  expect(await task.call()).toBe('1:1')
})

it.each([null, {}, { limit: 3 }])('createTestWorkers refuses %o, which has no handlers', given => {
  expect(() => createTestWorkers(given as object)).toThrow(/createTaskWorker needs an object with functions/)
})

it('settle waits for calls that follow from calls', async () => {
  const { task } = define({ type: 'parallel', poolSize: 3 })
  let made = 0
  const chain = async () => {
    for (let call = 0; call < 50; call++) if (await task.make(1)) made++
  }
  const chains = [watch(chain()), watch(chain())]
  await settle()
  expect(chains.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
  expect(made).toBe(100)
})

it('settle gives up on calls that never end', { timeout: 60_000 }, async () => {
  const { task } = define()
  let on = true
  const chain = async () => {
    while (on) await task.make(1)
  }
  const endless = chain()
  await expect(settle()).rejects.toThrow(/^settle\(\) gave up: after 10000 rounds/)
  on = false
  await endless
})
