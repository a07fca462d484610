import type { TaskStream } from '@varunkanwar/atelier'
import { describe, expect, it } from 'vitest'
import { all } from '../support/iteration.ts'
import { rejection, watch } from '../support/outcome.ts'
import { streams } from './streams.ts'

const upTo = (n: number) => [...Array(n).keys()]
const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/** Takes so many items out of a stream. */
async function take<T>(stream: TaskStream<T, unknown>, count: number): Promise<T[]> {
  const items: T[] = []
  while (items.length < count) {
    const { done, value } = await stream.next()
    if (done) break
    items.push(value)
  }
  return items
}

describe('a streaming method', () => {
  it.each(['count', 'countLater', 'relay', 'iterator', 'iterable', 'resolved'] as const)(
    'named %s yields its items in order',
    async method => {
      const { task } = streams()
      expect(await all<number>(task[method](1_000))).toEqual(upTo(1_000))
    },
  )

  it.each([1, 2, 3, 1_000])('yields its items in order when it may be %i ahead', async ahead => {
    const { task } = streams({ streams: { count: { ahead }, countLater: { ahead } } })
    expect(await all(task.count(200))).toEqual(upTo(200))
    expect(await all(task.countLater(200))).toEqual(upTo(200))
  })

  it('yields falsy items, too', async () => {
    const { task } = streams()
    expect(await all(task.falsy())).toEqual([0, '', false, null, undefined, Number.NaN, 0n])
  })

  it('ends with what its handler returned, after the items, and is a success', async () => {
    const { task, counted } = streams()
    const stream = task.count(2)
    const steps = [await stream.next(), await stream.next(), await stream.next(), await stream.next()]
    expect(steps).toEqual([
      { done: false, value: 0 },
      { done: false, value: 1 },
      { done: true, value: 'counted' },
      { done: true, value: undefined },
    ])
    expect(counted['task.success.total']).toBe(1)
  })

  it('serves several open next() in order', async () => {
    const { task } = streams()
    const stream = task.countLater(3)
    const steps = await Promise.all(Array.from({ length: 5 }, () => stream.next()))
    expect(steps.map(({ value }) => value)).toEqual([0, 1, 2, 'counted later', undefined])
    expect(steps.map(({ done }) => done)).toEqual([false, false, false, true, true])
  })

  it('called twice yields two independent streams', async () => {
    const { task } = streams({ type: 'parallel', poolSize: 1, maxInFlight: 2 })
    const [one, other] = [task.countLater(100), task.countLater(50)]
    const steps: unknown[][] = [[], []]
    for (let turn = 0; turn < 50; turn++) {
      steps[0]?.push((await one.next()).value)
      steps[1]?.push((await other.next()).value)
    }
    expect(steps).toEqual([upTo(50), upTo(50)])
    expect(await other.next()).toEqual({ done: true, value: 'counted later' })
    expect(await all(one)).toEqual(upTo(100).slice(50))
  })

  it('reports its progress beside its items', async () => {
    const { task } = streams()
    const told: unknown[] = []
    expect(await all(task.with({ onProgress: value => told.push(value) }).reporting(3))).toEqual([0, 1, 2])
    expect(told.at(-1)).toBe('at 2')
  })
})

describe('before the first next()', () => {
  it('nothing is called, and return() makes no call', async () => {
    const { task, counted } = streams()
    const stream = task.count(3)
    await task.echo(1)
    expect(task.getState().totalDispatched).toBe(1)
    expect(await stream.return('mine' as never)).toEqual({ done: true, value: 'mine' })
    expect(await stream.next()).toEqual({ done: true, value: undefined })
    expect(counted['task.dispatch.total']).toBe(1)
  })

  it('a key that is aborted meanwhile ends the call when it is made', async () => {
    const { task, runtime } = streams()
    const stream = task.with({ key: 'k' }).count(3)
    runtime.abortTaskController.abort('k')
    const late = task.with({ key: 'other' }).count(3)
    expect(await rejection(stream.next())).toMatchObject({ name: 'AbortError' })
    expect(await stream.next()).toEqual({ done: true, value: undefined })
    expect(await all(late)).toEqual([0, 1, 2])
  })

  it('timeoutMs does not run', async () => {
    const { task } = streams()
    await task.echo(1)
    const stream = task.with({ timeoutMs: 200 }).count(3)
    await sleep(300)
    expect(await all(stream)).toEqual([0, 1, 2])
  })
})

describe('a queued stream', () => {
  it('is subject to the policy of the queue', async () => {
    const { task } = streams({ maxQueueDepth: 0, queuePolicy: 'reject' })
    const busy = task.silentAfter(0)
    const first = watch(busy.next())
    expect(await rejection(task.count(3).next())).toMatchObject({ name: 'QueueDropError' })
    await busy.return()
    await expect.poll(() => first.value).toEqual({ done: true, value: undefined })
  })

  it('is aborted by its signal', async () => {
    const { task } = streams()
    void watch(task.silentAfter(0).next())
    const stop = new AbortController()
    const next = rejection(task.with({ signal: stop.signal }).count(3).next())
    stop.abort()
    expect(await next).toMatchObject({ name: 'AbortError' })
  })
})

describe('a stream that is open', () => {
  it('sends primitive items of one moment in one message', async () => {
    const { task, workers } = streams({ streams: { count: { ahead: 1_000 }, relay: { ahead: 1_000 } } })
    await task.echo('up')
    for (const method of ['count', 'relay'] as const) {
      let messages = 0
      const count = () => messages++
      workers[0]?.addEventListener('message', count, { capture: true })
      expect(await all<number>(task[method](1_000))).toHaveLength(1_000)
      workers[0]?.removeEventListener('message', count, { capture: true })
      expect(messages).toBeLessThan(50)
    }
  })

  it.each([
    ['small', 10],
    ['large', 10_000],
  ])('yields %s objects as they were when they were yielded', async (_, padding) => {
    const { task } = streams()
    const rows = await all(task.reused(50, padding))
    expect(rows.map(({ i }) => i)).toEqual(upTo(50))
    expect(rows[49]?.text).toHaveLength(padding)
  })

  it('is never more items ahead than it may be', async () => {
    const { task } = streams({ maxInFlight: 2, streams: { counted: { ahead: 10 } } })
    const stream = task.counted(1_000)
    await stream.next()
    await sleep(100)
    // One was taken; half of the ten that may be ahead are worth a message.
    expect(await task.made()).toBe(10)
    expect(await take(stream, 4)).toEqual([1, 2, 3, 4])
    await expect.poll(() => task.made()).toBe(15)
    expect(await all(stream)).toHaveLength(995)
  })

  it('lets messages in every few milliseconds, though its generator is synchronous', async () => {
    const { task } = streams({
      type: 'parallel',
      poolSize: 1,
      maxInFlight: 2,
      streams: { busy: { ahead: 1_000 } },
    })
    const before = await task.cleanUps()
    const stream = task.busy(1_000, 1)
    await stream.next()
    expect(await task.echo('let in')).toBe('let in')
    await stream.return()
    await expect.poll(async () => (await task.cleanUps()).count).toBe(before.count + 1)
  })
})

describe('an item that holds a buffer', () => {
  it('moves, so that the worker has it no more', async () => {
    const { task } = streams()
    const stream = task.buffers(3)
    const items = await take(stream, 3)
    expect(items.map(bytes => bytes.byteLength)).toEqual([1, 2, 3])
    expect(await stream.next()).toEqual({ done: true, value: [0, 0, 0] })
  })

  it('is copied with transferResult: false', async () => {
    const { task } = streams()
    const stream = task.with({ transferResult: false }).buffers(3)
    const items = await take(stream, 3)
    expect(items.map(bytes => bytes.byteLength)).toEqual([1, 2, 3])
    expect(await stream.next()).toEqual({ done: true, value: [1, 2, 3] })
  })
})

describe('a stream whose loop is busy', () => {
  it('lets its loop call the same singleton and wait for it', async () => {
    const { task } = streams()
    const answers: unknown[] = []
    for await (const item of task.count(100)) answers.push(await task.echo(item))
    expect(answers).toEqual(upTo(100))
    const inner: number[] = []
    for await (const item of task.countLater(20)) for await (const deep of task.count(item)) inner.push(deep)
    expect(inner).toHaveLength(190)
  })

  it('rests on its worker, and counts again as soon as the loop waits', async () => {
    const { task } = streams()
    const stream = task.patient(1_000, 5)
    await stream.next()
    await expect.poll(() => task.getState()).toMatchObject({ restingDepth: 1, queueDepth: 0 })
    await expect.poll(() => task.getState().restingDepth).toBe(1)
    const rest = take(stream, 60)
    await expect.poll(() => task.getState()).toMatchObject({ restingDepth: 0, queueDepth: 1 })
    await rest
    await expect.poll(() => task.getState()).toMatchObject({ restingDepth: 1, queueDepth: 0 })
    await stream.return()
    expect(task.getState()).toMatchObject({ restingDepth: 0, queueDepth: 1 })
    await expect.poll(() => task.getState().queueDepth).toBe(0)
  })

  it('leaves a pool that has as many of them as workers able to serve calls', async () => {
    const { task } = streams({ type: 'parallel', poolSize: 2 })
    const open = Array.from({ length: 4 }, () => task.countLater(1_000))
    for (const stream of open) await stream.next()
    await expect.poll(() => task.getState().restingDepth).toBe(4)
    expect(await Promise.all(upTo(20).map(n => task.echo(n)))).toEqual(upTo(20))
    const rest = await Promise.all(open.map(stream => all(stream)))
    expect(rest.map(items => items.length)).toEqual([999, 999, 999, 999])
  })

  it('resumes beyond maxInFlight', async () => {
    const { task } = streams()
    const stream = task.patient(1_000, 5)
    await stream.next()
    await expect.poll(() => task.getState().restingDepth).toBe(1)
    const busy = task.silentAfter(0)
    void watch(busy.next())
    await expect.poll(() => task.getState().queueDepth).toBe(1)
    const items = take(stream, 100)
    await expect.poll(() => task.getState()).toMatchObject({ restingDepth: 0, queueDepth: 2 })
    expect(await items).toEqual(upTo(101).slice(1))
    await busy.return()
    await stream.return()
  })
})
