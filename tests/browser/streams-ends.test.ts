import { describe, expect, it } from 'vitest'
import { cdp, server } from 'vitest/browser'
import { all, outcome } from '../support/iteration.ts'
import { rejection, watch } from '../support/outcome.ts'
import { streams } from './streams.ts'

const upTo = (n: number) => [...Array(n).keys()]
const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

describe('a handler that throws', () => {
  it('fails its stream after the items before', async () => {
    const { task, counted } = streams()
    const { results, error } = await outcome(task.failing(20))
    expect(results).toEqual(upTo(20))
    expect(error).toMatchObject({ name: 'RangeError', message: 'no more', code: 'E_END' })
    expect(counted['task.failure.total']).toBe(1)
  })

  it('fails it once: what is asked afterwards is done', async () => {
    const { task } = streams()
    const stream = task.failing(0)
    expect(await rejection(stream.next())).toBeInstanceOf(RangeError)
    expect(await stream.next()).toEqual({ done: true, value: undefined })
  })
})

describe('a loop that is left', () => {
  it('ends at once; the handler cleans up, and its signal has aborted', async () => {
    const { task, counted } = streams()
    const before = await task.cleanUps()
    for await (const item of task.patient(1_000, 2)) if (item === 3) break
    await expect.poll(() => task.cleanUps()).toEqual({ count: before.count + 1, aborted: true })
    expect(counted['task.canceled.total']).toBe(1)
    expect(task.getState().queueDepth).toBe(0)
  })

  it('by return() gets its value back, and an open next() is done', async () => {
    const { task } = streams()
    const stream = task.silentAfter(1)
    await stream.next()
    const open = stream.next()
    expect(await stream.return()).toEqual({ done: true, value: undefined })
    expect(await open).toEqual({ done: true, value: undefined })
    expect(await stream.next()).toEqual({ done: true, value: undefined })
  })

  it('by `await using` or by the call of its disposer ends, too', async () => {
    const { task } = streams()
    const before = await task.cleanUps()
    const stream = task.patient(1_000, 2)
    await stream.next()
    if (Symbol.asyncDispose) await stream[Symbol.asyncDispose]()
    else await stream.return()
    await expect.poll(() => task.cleanUps()).toMatchObject({ count: before.count + 1 })
  })

  it('keeps its place until the handler has stopped, at most for cancelGraceMs', async () => {
    const { task, workers } = streams({ cancelGraceMs: 100 })
    await task.echo('up')
    for await (const item of task.spinning()) {
      expect(item).toBe(1)
      break
    }
    expect(task.getState().queueDepth).toBe(1)
    expect(await task.echo('from another worker')).toBe('from another worker')
    expect(workers).toHaveLength(2)
  })

  it('after the handler has returned drops what is left', async () => {
    const { task, counted } = streams()
    const stream = task.count(5)
    await stream.next()
    await expect.poll(() => counted['task.success.total']).toBe(1)
    expect(await stream.return()).toEqual({ done: true, value: undefined })
    expect(await stream.next()).toEqual({ done: true, value: undefined })
    expect(counted['task.canceled.total']).toBeUndefined()
  })
})

describe('a stream that is canceled', () => {
  it.each(['key', 'signal', 'timeoutMs', 'dispose'] as const)(
    'by %s drops what had arrived, and its next() rejects once',
    async how => {
      const { task, runtime } = streams()
      await task.echo('up')
      const stop = new AbortController()
      const options = { key: 'k', signal: stop.signal, ...(how === 'timeoutMs' && { timeoutMs: 700 }) }
      const stream = task.with(options).silentAfter(10)
      await stream.next()
      await sleep(50)
      if (how === 'key') runtime.abortTaskController.abort('k')
      if (how === 'signal') stop.abort()
      if (how === 'dispose') task.dispose()
      if (how === 'timeoutMs') await expect.poll(() => task.getState().restingDepth).toBe(0)
      const name = how === 'dispose' ? 'TaskDisposedError' : 'AbortError'
      expect(await rejection(stream.next())).toMatchObject({ name })
      expect(await stream.next()).toEqual({ done: true, value: undefined })
    },
  )

  it('by timeoutMs is canceled as a whole, whatever its items', async () => {
    const { task, counted } = streams()
    const before = await task.cleanUps()
    const { results, error } = await outcome(task.with({ timeoutMs: 600 }).patient(1_000, 20))
    expect(results.length).toBeGreaterThan(1)
    expect(error).toMatchObject({ name: 'AbortError', cause: { name: 'TimeoutError' } })
    expect(counted['task.canceled.total']).toBe(1)
    await expect.poll(() => task.cleanUps()).toMatchObject({ count: before.count + 1, aborted: true })
  })

  it('frees its place when its handler has cleaned up', async () => {
    const { task, runtime } = streams()
    const stream = task.with({ key: 'k' }).patient(1_000, 1)
    await stream.next()
    runtime.abortTaskController.abort('k')
    expect(await rejection(stream.next())).toMatchObject({ name: 'AbortError' })
    expect(await task.echo('next')).toBe('next')
    expect((await task.cleanUps()).aborted).toBe(true)
  })
})

describe('itemTimeoutMs', () => {
  it('cancels a stream whose loop has waited too long for an item, and drops what had arrived', async () => {
    const { task, counted } = streams({ streams: { silentAfter: { itemTimeoutMs: 100 } } })
    await task.echo('up')
    const stream = task.silentAfter(1)
    expect((await stream.next()).value).toBe(0)
    const error = await rejection(stream.next())
    expect(error).toMatchObject({ name: 'AbortError', cause: { name: 'TimeoutError' } })
    expect(await stream.next()).toEqual({ done: true, value: undefined })
    expect(counted['task.canceled.total']).toBe(1)
  })

  it('does not run while items come, while the loop is busy, or before the call is sent', async () => {
    const limited = { itemTimeoutMs: 1_000 }
    const { task } = streams({ streams: { patient: limited, count: limited } })
    await task.echo('up')
    const busy = task.echo('busy')
    const items: number[] = []
    for await (const item of task.patient(10, 50)) {
      items.push(item)
      if (item === 3) await sleep(1_200)
    }
    expect(items).toEqual(upTo(10))
    await busy
    const queued = all(task.count(3))
    expect(await queued).toEqual([0, 1, 2])
  })
})

describe('a worker that ends', () => {
  it('fails its streams after the items that had arrived, with their number', async () => {
    const { task } = streams({ crashPolicy: 'restart-requeue-in-flight' })
    const { results, error } = await outcome(task.closing(5))
    expect(results).toEqual(upTo(5))
    expect(error).toMatchObject({
      name: 'WorkerCrashedError',
      cause: { message: expect.stringContaining('had arrived: 5') },
    })
    expect(await task.echo('a new worker')).toBe('a new worker')
  })

  it('fails a stream that rests', async () => {
    const { task, workers } = streams()
    const stream = task.silentAfter(3)
    await stream.next()
    await expect.poll(() => task.getState().restingDepth).toBe(1)
    workers[0]?.terminate()
    await expect.poll(() => task.getState().lastCrash).toBeDefined()
    expect((await stream.next()).value).toBe(1)
    expect((await stream.next()).value).toBe(2)
    expect(await rejection(stream.next())).toMatchObject({ name: 'WorkerCrashedError' })
  })

  it('has its streams run again if none of their items has arrived', async () => {
    const { task, counted } = streams({ crashPolicy: 'restart-requeue-in-flight' })
    const channel = crypto.randomUUID()
    const lives = new BroadcastChannel(channel)
    let life = 0
    lives.onmessage = () => lives.postMessage(++life)
    expect(await all(task.closingOnce(channel))).toEqual([0, 1, 2])
    expect(counted['task.requeue.total']).toBe(1)
    lives.close()
  })

  it('by stopWorkers() fails begun streams and keeps the others queued', async () => {
    const { task } = streams({ type: 'parallel', poolSize: 1, maxInFlight: 2 })
    const begun = task.silentAfter(3)
    await begun.next()
    await sleep(50)
    const waiting = all(task.resolved(3))
    task.stopWorkers()
    expect((await begun.next()).value).toBe(1)
    expect((await begun.next()).value).toBe(2)
    expect(await rejection(begun.next())).toMatchObject({
      name: 'WorkerCrashedError',
      cause: { message: expect.stringContaining('had arrived: 3') },
    })
    task.startWorkers()
    expect(await waiting).toEqual([0, 1, 2])
  })
})

describe('an item that cannot be cloned', () => {
  it('fails the stream after the items before, and the iterator is closed', async () => {
    const { task } = streams()
    const before = await task.cleanUps()
    const { results, error } = await outcome<unknown>(task.uncloneable(3))
    expect(results).toEqual([0, 1, 2])
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({
      message: expect.stringMatching(/^Item 3 of "uncloneable" cannot be sent to the page/),
    })
    expect(await task.cleanUps()).toMatchObject({ count: before.count + 1 })
  })
})

describe('a stream that nobody holds', () => {
  /** In a function of its own: what shares a scope with the stream could keep it alive. */
  async function begin(task: ReturnType<typeof streams>['task'], open: boolean): Promise<void> {
    const stream = task.patient(1_000_000, 5)
    await stream.next()
    if (open) void watch(stream.next())
  }

  it.runIf(server.browser === 'chromium')(
    'is canceled when it is collected (Firefox collects no garbage on request)',
    async () => {
      const { task, counted } = streams({ maxInFlight: 2 })
      const before = await task.cleanUps()
      await begin(task, false)
      await expect
        .poll(
          async () => {
            await (cdp() as unknown as { send(method: string): Promise<void> }).send(
              'HeapProfiler.collectGarbage',
            )
            return counted['task.canceled.total']
          },
          { timeout: 10_000 },
        )
        .toBe(1)
      await expect.poll(() => task.cleanUps()).toEqual({ count: before.count + 1, aborted: true })
    },
  )
})

describe('drain()', () => {
  it('waits for a stream to end, though it rests', async () => {
    const { task } = streams()
    const stream = task.countLater(100)
    await stream.next()
    const drained = watch(task.drain())
    await expect.poll(() => task.getState().restingDepth).toBe(1)
    await sleep(20)
    expect(drained.status).toBe('open')
    await all(stream)
    await expect.poll(() => drained.status).toBe('fulfilled')
  })

  it('waits for a stream whose worker may be stopped when idle', async () => {
    const { task, workers } = streams({ idleTimeoutMs: 30 })
    const stream = task.countLater(100)
    await stream.next()
    await sleep(150)
    expect(await all(stream)).toHaveLength(99)
    expect(workers).toHaveLength(1)
  })
})

describe('a definition that does not fit the handler', () => {
  it('is a TypeError that names the method and `streams`', async () => {
    const { task } = streams({ streams: { plain: true, count: undefined } as never })
    const named = await rejection((task as unknown as { plain(): AsyncIterator<unknown> }).plain().next())
    expect(named).toBeInstanceOf(TypeError)
    expect(named.message).toMatch(/"plain" is named in the task's streams/)
    const unnamed = await rejection((task as unknown as { count(n: number): Promise<unknown> }).count(3))
    expect(unnamed).toBeInstanceOf(TypeError)
    expect(unnamed.message).toMatch(/"count" returned .* streams: \{ "count": true \}/)
    expect(await task.echo('goes on')).toBe('goes on')
  })
})
