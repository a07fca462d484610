/** Workers and factories that break their word, and applications that call back in the middle. */
import { describe, expect, it, vi } from 'vitest'
import { createTaskWorker } from '../../../../ts/worker.ts'
import { bench } from '../../../support/bench.ts'
import { FakeWorker } from '../../../support/fake-worker.ts'
import { rejection, watch } from '../../../support/outcome.ts'
import { soon } from '../../../support/soon.ts'
import { turns } from '../../../support/turns.ts'

/** What a bench's worker is, with some of it replaced. */
const workerWith = (changes: object) => () =>
  Object.assign(
    new FakeWorker({ echo: (value: unknown) => value, run: () => new Promise(() => {}) }),
    changes,
  )

const throws = (message: string) => () => {
  throw new Error(message)
}

describe('a Worker', () => {
  it('whose terminate() throws is ended all the same, and its task goes on', async () => {
    const b = bench({ maxInFlight: 2, worker: workerWith({ terminate: throws('never') }) })
    const call = watch(b.task.run('a'))
    await turns()
    b.task.stopWorkers()
    b.task.startWorkers()
    expect(await b.task.echo('next')).toBe('next')
    b.task.dispose()
    await turns()
    expect(call.reason).toMatchObject({ name: 'TaskDisposedError' })
  })

  it.each(['addEventListener', 'postMessage'])(
    'whose %s throws cannot be used, and is terminated',
    async method => {
      const terminate = vi.fn()
      const b = bench({ crashMaxRetries: 0, worker: workerWith({ [method]: throws('not me'), terminate }) })
      const { name, cause } = await rejection(b.task.run('a'))
      expect(name).toBe('WorkerCrashedError')
      expect((cause as Error).cause).toMatchObject({ message: 'not me' })
      expect(terminate).toHaveBeenCalled()
      expect(b.task.getState().workerStatus).toBe('crashed')
    },
  )

  it('that was returned before is refused, and the message says so', async () => {
    const worker = workerWith({})()
    const b = bench({ type: 'parallel', poolSize: 2, crashMaxRetries: 0, worker: () => worker })
    const calls = [b.task.run('a'), b.task.run('b')].map(watch)
    await turns()
    expect(calls[1]?.reason).toMatchObject({
      cause: { message: expect.stringContaining('it must create a new Worker each time') },
    })
  })
})

describe('a factory', () => {
  it.each<[string, () => unknown, string]>([
    ['null', () => null, 'not null'],
    ['a text', () => 'worker.js', 'not worker.js'],
    ['the class', () => FakeWorker, 'it must return a Worker'],
    ['half a worker', () => ({ postMessage() {}, terminate() {} }), 'it must return a Worker'],
    ['what cannot be read', () => new Proxy({}, { get: throws('unreadable') }), 'unreadable'],
  ])('that returns %s is a crash that says what it must return', async (_, worker, message) => {
    const b = bench({ crashMaxRetries: 0, worker: worker as () => Worker })
    const { name, cause } = await rejection(b.task.run('a'))
    expect(name).toBe('WorkerCrashedError')
    expect(String(cause)).toContain(message)
  })

  it.each([
    ['in time', (worker: Worker) => Promise.resolve(worker)],
    ['late', (worker: Worker) => new Promise(resolve => setTimeout(resolve, 5, worker))],
  ])(
    'that brings its Worker through a promise (%s) is refused, and that Worker is terminated',
    async (_, wrap) => {
      const made: FakeWorker[] = []
      const b = bench({
        crashMaxRetries: 0,
        worker: (() => {
          made.push(workerWith({})())
          return wrap(made.at(-1) as FakeWorker)
        }) as unknown as () => Worker,
      })
      const { cause } = await rejection(b.task.run('a'))
      expect(String(cause)).toContain('It must return a Worker at once')
      await soon(() => expect(made.map(({ terminated }) => terminated)).toEqual([true]))
    },
  )

  it('whose promise is rejected leaves no rejection behind', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const b = bench({ crashMaxRetries: 0, worker: (async () => throws('no')()) as unknown as () => Worker })
    expect((await rejection(b.task.run('a'))).name).toBe('WorkerCrashedError')
    await turns()
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })
})

it('a worker whose message is longer than any has crashed, so that its calls settle', async () => {
  const b = bench()
  const call = rejection(b.task.run('a'))
  await b.job('a')
  b.workers[0]?.say({ atelier: Object.assign([], { length: 4_294_967_295 }) })
  expect(await call).toMatchObject({
    name: 'WorkerCrashedError',
    cause: { message: 'A message from the worker could not be read.' },
  })
})

describe('a listener that aborts when a call has failed', () => {
  it.each([
    ['a function', () => () => 1],
    ['a symbol', () => Symbol('no')],
    ['an object with a function', () => ({ no: () => 1 })],
  ])('because it could not be sent (%s) loses no place, and drain() resolves', async (_, bad) => {
    const b = bench({ maxInFlight: 8, maxQueueDepth: 20 })
    await b.task.echo('up')
    const unsubscribe = b.runtime.subscribeEvents(({ name }) => {
      if (name === 'task.failure.total') b.runtime.abortTaskController.abort('k')
    })
    const keyed = b.task.with({ key: 'k' })
    const calls = [keyed.echo(1), keyed.echo({ two: 2 }), b.task.echo(bad()), keyed.echo(3), b.task.echo(4)]
    const outcomes = calls.map(call => watch(call as Promise<unknown>))
    await b.task.drain()
    await turns()
    unsubscribe()
    expect(outcomes.map(({ status }) => status)).not.toContain('open')
    expect(outcomes[2]?.reason).toMatchObject({ name: 'TypeError' })
    expect(outcomes[4]?.value).toBe(4)
    b.runtime.abortTaskController.clear('k')
    expect(await Promise.all(Array.from({ length: 8 }, (_, n) => b.task.echo(n)))).toHaveLength(8)
    expect(b.task.getState()).toMatchObject({ queueDepth: 0, pendingQueueDepth: 0 })
  })
})

describe('an argument whose getter calls back', () => {
  it.each(['dispose', 'stop', 'abort', 'call'] as const)('(%s) leaves no call open', async what => {
    const b = bench({ maxInFlight: 4, maxQueueDepth: 20 })
    await b.task.echo('up')
    const keyed = b.task.with({ key: 'k' })
    const acts = {
      dispose: () => b.task.dispose(),
      stop: () => b.task.stopWorkers(),
      abort: () => b.runtime.abortTaskController.abort('k'),
      call: () => void others.push(watch(b.task.echo('from the getter'))),
    }
    const others: ReturnType<typeof watch>[] = []
    let isDone = false
    const reading = {
      get value() {
        if (!isDone) {
          isDone = true
          acts[what]()
        }
        return 1
      },
    }
    others.push(watch(keyed.echo('before')), watch(keyed.echo(reading)), watch(keyed.echo('behind')))
    await turns()
    if (what === 'stop') b.task.startWorkers()
    await turns(50)
    expect(others.map(({ status }) => status)).not.toContain('open')
    if (what === 'dispose') return
    expect(await b.task.echo('next')).toBe('next')
    expect(b.task.getState()).toMatchObject({ queueDepth: 0, pendingQueueDepth: 0 })
  })
})

it('createTaskWorker outside of a worker posts nothing to anybody', () => {
  const posted = vi.fn()
  vi.stubGlobal('postMessage', posted)
  createTaskWorker({ one: () => 1 })
  vi.unstubAllGlobals()
  expect(posted).not.toHaveBeenCalled()
})
