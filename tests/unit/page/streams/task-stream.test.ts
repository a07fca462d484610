import { transferHandlers } from 'comlink'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { KernelPanicError } from '../../../../ts/shared/errors/classes.ts'
import { ReplyKind } from '../../../../ts/shared/protocol.ts'
import type { TaskContext } from '../../../../ts/worker.ts'
import { deferred } from '../../../support/deferred.ts'
import { isCollected } from '../../../support/heap.ts'
import { all, outcome } from '../../../support/iteration.ts'
import { rejection, watch } from '../../../support/outcome.ts'
import { streamBench } from '../../../support/stream-bench.ts'
import { turns, until } from '../../../support/turns.ts'

const upTo = (n: number) => [...Array(n).keys()]

const handlers = {
  echo: <T>(value: T): T => value,
  *count(n: number) {
    yield* upTo(n)
    return 'end'
  },
  async *countLater(n: number) {
    for (const i of upTo(n)) {
      await null
      yield i
    }
  },
}

afterEach(() => {
  vi.restoreAllMocks()
  transferHandlers.delete('point')
})

const bench = (config: Parameters<typeof streamBench>[1] = {}) =>
  streamBench(handlers, { values: ['echo'], ...config })

describe('a stream', () => {
  it('has the items of its call, and then its end', async () => {
    const { task } = bench()
    expect(await all(task.count(100))).toEqual(upTo(100))
    expect(await all(task.countLater(100))).toEqual(upTo(100))
    const stream = task.count(0)
    expect(await stream.next()).toEqual({ done: true, value: 'end' })
    expect(await stream.next()).toEqual({ done: true, value: undefined })
  })

  it('iterates as itself', () => {
    const stream = bench().task.count(1)
    expect(stream[Symbol.asyncIterator]()).toBe(stream)
  })

  it('makes no call before its first next(), and none after return()', async () => {
    const { task } = bench()
    const stream = task.count(3)
    await turns()
    expect(task.getState().totalDispatched).toBe(0)
    await stream.return()
    expect(await all(stream)).toEqual([])
    expect(task.getState().totalDispatched).toBe(0)
  })

  it('derives key and priority from its arguments at the first next()', async () => {
    const keyOf = vi.fn((n: number) => `k${n}`)
    const priorityOf = vi.fn(() => 3)
    const { task } = bench({ keyOf, priorityOf })
    const stream = task.count(1)
    expect(keyOf).not.toHaveBeenCalled()
    await stream.next()
    expect([keyOf.mock.calls, priorityOf.mock.calls]).toEqual([[[1]], [[1]]])
  })

  it('rejects with what keyOf throws, once', async () => {
    const { task } = bench({
      keyOf() {
        throw new RangeError('no key')
      },
    })
    const stream = task.count(1)
    expect(await rejection(stream.next())).toMatchObject({ message: 'no key' })
    expect(await stream.next()).toEqual({ done: true, value: undefined })
  })

  it('rejects when its arguments cannot be sent', async () => {
    const { task } = bench()
    const stream = task.count((() => 1) as unknown as number)
    expect(await rejection(stream.next())).toBeInstanceOf(TypeError)
    expect(await all(task.count(2))).toEqual([0, 1])
  })

  it('leaves nothing unhandled when its call fails and nobody asks', async () => {
    const { task, runtime } = bench()
    const stream = task.countLater(1_000)
    await stream.next()
    await turns()
    runtime.dispose()
    await turns()
    expect(await rejection(stream.next())).toMatchObject({ name: 'TaskDisposedError' })
  })

  it('rejects with the error of a kernel that fails', async () => {
    const { task, kernel } = bench()
    const open = task.countLater(1_000)
    await open.next()
    vi.spyOn(kernel, 'submit').mockImplementation(() => {
      throw new Error('the kernel has failed')
    })
    expect(await rejection(task.count(3).next())).toBeInstanceOf(KernelPanicError)
    expect(await rejection(open.next())).toBeInstanceOf(KernelPanicError)
    expect(await open.return()).toEqual({ done: true, value: undefined })
  })

  it('may be left by a listener in the middle of its first item', async () => {
    const { task, runtime } = bench()
    const stream = task.count(5)
    runtime.subscribeEvents(event => {
      if (event.name === 'stream.first_item_ms') void stream.return()
    })
    expect(await stream.next()).toEqual({ done: false, value: 0 })
    expect(await stream.next()).toEqual({ done: true, value: undefined })
    await until(() => task.getState().queueDepth === 0)
  })
})

describe('credit', () => {
  it.each([
    [16, [8, 8, 8, 8]],
    [3, [2, 2, 2, 2]],
    [2, [1, 1, 1, 1]],
    [1, [1, 1, 1, 1]],
  ])('with %i ahead is sent whenever half of it was taken', async (ahead, first) => {
    const { task, workers } = bench({ options: { ahead } })
    await task.echo('up')
    const sent: number[] = []
    const post = vi.spyOn(MessagePort.prototype, 'postMessage')
    expect(await all(task.count(40))).toEqual(upTo(40))
    for (const [message] of post.mock.calls) {
      const fields = (message as { atelier?: unknown[] }).atelier ?? []
      if (fields.length === 2 && typeof fields[1] === 'number') sent.push(fields[1])
    }
    expect(sent.slice(0, 4)).toEqual(first)
    expect(workers).toHaveLength(1)
  })
})

describe('a busy loop', () => {
  it('rests once, and resumes when it finds nothing', async () => {
    const gate = deferred()
    const { task, kernel } = streamBench({
      async *two() {
        yield 1
        await gate.promise
        yield 2
      },
    })
    const [rest, resume] = [vi.spyOn(kernel, 'rest'), vi.spyOn(kernel, 'resume')]
    const stream = task.two()
    await stream.next()
    await until(() => task.getState().restingDepth === 1)
    await turns()
    expect([rest.mock.calls.length, resume.mock.calls.length]).toEqual([1, 0])
    const next = stream.next()
    expect(task.getState()).toMatchObject({ restingDepth: 0, queueDepth: 1 })
    expect([rest.mock.calls.length, resume.mock.calls.length]).toEqual([1, 1])
    gate.resolve()
    expect(await next).toEqual({ done: false, value: 2 })
  })

  it('that keeps up never rests', async () => {
    const { task, kernel } = bench()
    const rest = vi.spyOn(kernel, 'rest')
    expect(await all(task.countLater(500))).toHaveLength(500)
    expect(rest.mock.calls.length).toBeLessThanOrEqual(1)
  })

  it('goes on resting while it finds items in the buffer', async () => {
    const { task, kernel } = bench()
    const resume = vi.spyOn(kernel, 'resume')
    const stream = task.count(100)
    await stream.next()
    await until(() => task.getState().restingDepth === 1)
    for (const n of upTo(7)) {
      expect((await stream.next()).value).toBe(n + 1)
      await turns(2)
    }
    expect(resume).not.toHaveBeenCalled()
    expect(task.getState().restingDepth).toBe(1)
  })
})

describe('an item', () => {
  it('that a transfer handler claims is read by the handler of the page', async () => {
    class Point {
      constructor(readonly x: number) {}
    }
    transferHandlers.set('point', {
      canHandle: (value): value is Point => value instanceof Point,
      serialize: ({ x }: Point) => [x, []],
      deserialize: (x: number) => new Point(x),
    })
    const { task } = streamBench({
      *points() {
        yield 0
        yield new Point(1)
        yield 2
      },
    })
    const items = await all(task.points())
    expect(items).toEqual([0, new Point(1), 2])
    expect(items[1]).toBeInstanceOf(Point)
  })

  it('that no handler of the page can read fails the stream, and its iterator is closed', async () => {
    const closed = vi.fn()
    const { task, workers } = streamBench({
      async *point() {
        try {
          yield 0
          await new Promise(() => {})
        } finally {
          closed()
        }
      },
      *forever() {
        try {
          for (let n = 0; ; n++) yield n
        } finally {
          closed()
        }
      },
    })
    const stream = task.forever()
    await stream.next()
    workers[0]?.say({ atelier: [0, ReplyKind.claimedItem, ['nobody', 1]] })
    await until(() => task.getState().queueDepth + task.getState().restingDepth === 0)
    const { results, error } = await outcome(stream)
    expect(results[0]).toBe(1)
    expect(error).toMatchObject({
      name: 'TypeError',
      message: expect.stringContaining('An item of "forever"'),
    })
    await until(() => closed.mock.calls.length === 1)
  })

  it.each([
    ['more than there is credit for', [0, ReplyKind.items, Array(1_000).fill('forged')]],
    ['no list', [0, ReplyKind.items, 'forged']],
    ['of a call that is no stream', [1, ReplyKind.items, ['forged']]],
    ['of no call', [7, ReplyKind.items, ['forged']]],
    ['claimed, of nothing', [0, ReplyKind.claimedItem, undefined]],
  ])('that no stream may send (%s) is only counted', async (_, fields) => {
    const gate = deferred()
    const { task, workers, events } = streamBench(
      {
        async *gated() {
          yield 'mine'
          await gate.promise
        },
        plain: () => gate.promise,
      },
      { values: ['plain'], maxInFlight: 2 },
    )
    const stream = task.gated()
    expect((await stream.next()).value).toBe('mine')
    const plain = task.plain()
    await turns()
    workers[0]?.say({ atelier: fields })
    await turns()
    gate.resolve()
    await plain
    expect(await all(stream)).toEqual([])
    expect(events.filter(({ name }) => name === 'task.ignored.total')).toHaveLength(1)
  })

  it('that was lost in a message that could not be read fails the stream', async () => {
    const gate = deferred()
    const { task, workers } = streamBench({
      async *gated() {
        yield 1
        await gate.promise
        yield 2
      },
    })
    const stream = task.gated()
    await stream.next()
    const next = watch(stream.next())
    const post = vi.spyOn(MessagePort.prototype, 'postMessage').mockImplementationOnce(() => {})
    gate.resolve()
    await until(() => post.mock.calls.length > 0)
    post.mockRestore()
    workers[0]?.say(null)
    await until(() => next.status !== 'open')
    expect(next.reason).toMatchObject({ name: 'TypeError', message: expect.stringContaining('"gated"') })
    expect(await all(task.gated())).toEqual([1, 2])
  })
})

describe('a stream that nobody holds', () => {
  async function begin(task: ReturnType<typeof bench>['task']): Promise<WeakRef<object>> {
    const stream = task.count(1_000)
    await stream.next()
    return new WeakRef(stream)
  }

  it('is collected and canceled', async () => {
    const { task, events } = bench()
    const held = await begin(task)
    expect(await isCollected(held)).toBe(true)
    await until(() => events.some(({ name }) => name === 'task.canceled.total'))
    await until(() => task.getState().queueDepth === 0)
  })

  it('is not collected while a next() is open', async () => {
    const gate = deferred()
    const { task } = streamBench({
      async *gated() {
        await gate.promise
        yield 1
      },
    })
    const told = vi.fn()
    const open = () => void task.gated().next().then(told)
    open()
    expect(await isCollected(new WeakRef({}))).toBe(true)
    await turns()
    gate.resolve()
    await until(() => told.mock.calls.length > 0)
    expect(told).toHaveBeenCalledWith({ done: false, value: 1 })
  })
})

describe('the record of a stream', () => {
  it('says how many items had arrived, and when the first one had', async () => {
    const { task, events } = streamBench(handlers, { values: ['echo'] }, { observability: { spans: 'on' } })
    await all(task.count(40))
    await task.echo(1)
    await until(() => events.filter(({ kind }) => kind === 'span').length === 2)
    const [stream, call] = events.filter(({ kind }) => kind === 'span')
    expect(stream).toMatchObject({
      method: 'count',
      itemCount: 40,
      firstItemMs: expect.any(Number),
      status: 'ok',
    })
    expect(stream).toMatchObject({ runMs: expect.any(Number) })
    expect(call).not.toHaveProperty('itemCount')
    expect(call).not.toHaveProperty('firstItemMs')
  })

  it('says that a stream whose loop was left is canceled', async () => {
    const { task, events } = streamBench(handlers, {}, { observability: { spans: 'on' } })
    for await (const item of task.countLater(1_000)) if (item === 20) break
    await until(() => events.some(({ kind }) => kind === 'span'))
    expect(events.find(({ kind }) => kind === 'span')).toMatchObject({
      status: 'canceled',
      errorKind: 'abort',
    })
  })
})

describe('the definition of a stream', () => {
  it.each([
    ['streams must be an object with names of methods, not 3', 3],
    ['streams must be an object with names of methods, not rows', ['rows']],
    ['streams.rows must be true or an object of options, not false', { rows: false }],
    ['streams.rows.ahead must be a positive integer, not 0', { rows: { ahead: 0 } }],
    ['streams.rows.ahead must be a positive integer, not 1.5', { rows: { ahead: 1.5 } }],
    [
      'streams.rows.ahead must be a positive integer, not Infinity',
      { rows: { ahead: Number.POSITIVE_INFINITY } },
    ],
    ['streams.rows.ahead must be a positive integer, not "2"', { rows: { ahead: '2' } }],
    [
      'streams.rows.itemTimeoutMs must be a positive number of milliseconds or Infinity, not 0',
      { rows: { itemTimeoutMs: 0 } },
    ],
    [
      'streams.rows.itemTimeoutMs must be a positive number of milliseconds or Infinity, not NaN',
      { rows: { itemTimeoutMs: Number.NaN } },
    ],
    [
      'streams.rows.itemTimeoutMs must be a positive number of milliseconds or Infinity, not 5s',
      { rows: { itemTimeoutMs: ['5s'] } },
    ],
  ])('is refused with: %s', (message, streams) => {
    expect(() => bench({ streams })).toThrow(message)
  })

  it('names an option that there is not', () => {
    expect(() => bench({ streams: { rows: { before: 3 } } })).toThrow(/before/)
  })

  it('may leave a method undefined', async () => {
    const { task } = bench({ streams: { count: undefined } })
    const call = (task as unknown as { count(n: number): Promise<unknown> }).count(1)
    expect(await rejection(call)).toMatchObject({ message: expect.stringContaining('streams:') })
  })

  it.each([
    ['a value', () => 3],
    ['a promise of a value', async () => [1]],
    ['a text', () => 'text'],
    ['a Map', () => new Map([[1, 2]])],
    ['nothing', () => undefined],
    ['a ReadableStream', () => new ReadableStream()],
  ])('fails a stream whose handler returns %s', async (_, handler) => {
    const { task } = streamBench({ method: handler as unknown as () => Generator<number> })
    const error = await rejection(task.method().next())
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toMatch(
      /^"method" is named in the task's streams, so its handler must return a generator/,
    )
  })

  it.each([
    ['a generator', handlers.count, /an async iterable|an iterator/],
    ['an async generator', handlers.countLater, /an async iterable/],
    ['a promise of a generator', async () => handlers.count(3), /an async iterable|an iterator/],
    ['an iterator', () => [1].values(), /an async iterable|an iterator/],
  ])('fails a plain call whose handler returns %s', async (_, handler, what) => {
    const { task } = streamBench({ method: handler as unknown as () => number }, { values: ['method'] })
    const error = await rejection(task.method())
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toMatch(what)
    expect(error.message).toContain('streams: { "method": true }')
  })
})

describe('the context of a stream', () => {
  it('stays valid until the stream has ended', async () => {
    const seen: unknown[] = []
    const { task } = streamBench({
      async *aware(context: TaskContext) {
        try {
          yield context.callId
          await new Promise((_, reject) => {
            context.signal.addEventListener('abort', () => reject(context.signal.reason))
          })
        } finally {
          seen.push(context.aborted)
        }
      },
    })
    const stream = task.aware()
    expect((await stream.next()).value).toBe('bench-0')
    await stream.return()
    await until(() => seen.length > 0)
    expect(seen).toEqual([true])
  })
})
