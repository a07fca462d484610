import * as Comlink from 'comlink'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { TaskContext } from '../../../ts/api/context.ts'
import type { TaskWorkerOptions } from '../../../ts/api/strip-context.ts'
import { fromWire, toWire } from '../../../ts/shared/arguments.ts'
import { type Envelope, fromEnvelope } from '../../../ts/shared/errors/envelope.ts'
import type { TaskWorker } from '../../../ts/shared/protocol.ts'
import { createTaskWorker } from '../../../ts/worker/create-task-worker.ts'
import { deferred } from '../../support/deferred.ts'

const open: MessagePort[] = []

afterEach(() => {
  for (const port of open.splice(0)) port.close()
  Comlink.transferHandlers.delete('point')
})

/** Exposes a worker on one end of a real channel and gives what the runtime does with the other end. */
function connect<T extends Record<string, (...args: never[]) => unknown>>(
  handlers: T,
  workerOptions?: TaskWorkerOptions,
) {
  const { port1, port2 } = new MessageChannel()
  open.push(port1, port2)
  Comlink.expose(createTaskWorker(handlers, workerOptions), port1)
  const worker = Comlink.wrap<TaskWorker>(port2)
  let calls = 0
  return {
    worker,
    async call(method: string, args: unknown[], options: { key?: string; transferResult?: boolean } = {}) {
      const { wire, transfer } = toWire(args)
      const { key, ...rest } = options
      const reply = worker.__dispatch(`call-${calls++}`, method, Comlink.transfer(wire, transfer), key, rest)
      return reply.catch((thrown: Envelope) => {
        throw fromEnvelope(thrown)
      })
    },
  }
}

describe('a call', () => {
  it('reaches its handler with the arguments, the context last, and brings the result back', async () => {
    const seen = vi.fn()
    const { call } = connect({
      add(a: number, b: number, context: TaskContext) {
        seen(context.callId, context.key, context.signal.aborted)
        return a + b
      },
    })
    expect(await call('add', [2, 3], { key: 'sum' })).toBe(5)
    expect(seen).toHaveBeenCalledWith('call-0', 'sum', false)
  })

  it('awaits an asynchronous handler and calls it on the object of handlers', async () => {
    const { call } = connect({
      base: () => 40,
      async answer(this: { base(): number }) {
        await null
        return this.base() + 2
      },
    })
    expect(await call('answer', [])).toBe(42)
  })

  it.each([undefined, ''])('has no key when it was sent with %o', async key => {
    const { call } = connect({ hasKey: (context: TaskContext) => 'key' in context })
    expect(await call('hasKey', [], key === undefined ? {} : { key })).toBe(false)
  })

  it.each([
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'limit',
    'inherited',
    'missing',
    '__dispatch',
  ])('to %s is refused with the names that are there', async method => {
    const handlers = Object.assign(Object.create({ inherited: () => 1 }), {
      one: () => 1,
      two: () => 2,
      limit: 3,
    })
    const { call } = connect(handlers)
    await expect(call(method, [])).rejects.toThrow(
      new TypeError(`"${method}" is not a method of this worker. Its methods: one, two.`),
    )
  })

  it('that carries the id of a running one is refused, and the running one goes on', async () => {
    const gate = deferred<string>()
    const { worker } = connect({ wait: () => gate.promise })
    const first = worker.__dispatch('call-7', 'wait', [])
    const second = worker.__dispatch('call-7', 'wait', []).catch(fromEnvelope)
    expect(await second).toMatchObject({ message: 'Call "call-7" is already running in this worker.' })
    gate.resolve('first')
    expect(await first).toBe('first')
    expect(await worker.__dispatch('call-7', 'wait', [])).toBe('first')
  })
})

describe('the context', () => {
  const show = (...args: unknown[]) =>
    args.map(arg => (typeof arg === 'object' && arg !== null && 'callId' in arg ? 'context' : arg))

  it('never takes the place of an argument that the caller left out', async () => {
    const { call } = connect({
      optional: (text: string, options?: object, context?: TaskContext) => show(text, options, context),
      three: (a: unknown, b: unknown, c: unknown) => show(a, b, c),
      none: () => 'none',
      only: (context: TaskContext) => show(context),
    })
    expect(await call('optional', ['text'])).toEqual(['text', undefined, 'context'])
    expect(await call('optional', ['text', { a: 1 }])).toEqual(['text', { a: 1 }, 'context'])
    expect(await call('three', [])).toEqual([undefined, undefined, 'context'])
    expect(await call('none', [])).toBe('none')
    expect(await call('only', [])).toEqual(['context'])
  })

  it('is not given at all with context: false, so that defaults and rest parameters are as in any call', async () => {
    const handlers = {
      greet: (name: string, greeting = 'Hello') => `${greeting}, ${name}`,
      sum: (...numbers: number[]) => numbers.reduce((a, b) => a + b, 0),
      max: Math.max,
      count: (...args: unknown[]) => args.length,
      async later(text?: string) {
        await null
        return text ?? 'nothing'
      },
    }
    const { call } = connect(handlers, { context: false })
    expect(await call('greet', ['Ann'])).toBe('Hello, Ann')
    expect(await call('sum', [1, 2, 3])).toBe(6)
    expect(await call('max', [1, 3, 2])).toBe(3)
    expect(await call('count', [])).toBe(0)
    expect(await call('later', [])).toBe('nothing')
  })

  it('is given to a handler whose length is anything', async () => {
    const lengths = [1e9, -1, Number.NaN, Number.POSITIVE_INFINITY, 2.5]
    const handlers = Object.fromEntries(
      lengths.map((length, n) => [
        `f${n}`,
        Object.defineProperty((...args: unknown[]) => show(args.at(-1)), 'length', { value: length }),
      ]),
    )
    const { call } = connect(handlers)
    for (const n of lengths.keys()) expect(await call(`f${n}`, [1])).toEqual(['context'])
  })

  it.each([
    ['a copy', (context: TaskContext) => ({ ...context })],
    ['what Object.assign makes', (context: TaskContext) => Object.assign({}, context)],
    ['what is derived', (context: TaskContext) => Object.create(context) as TaskContext],
    [
      'what is taken off it',
      ({ signal, throwIfAborted, callId }: TaskContext) => ({ signal, throwIfAborted, callId }),
    ],
  ])('keeps signal and throwIfAborted in %s', async (_, derive) => {
    const { worker } = connect({
      async wait(context: TaskContext) {
        const { signal, throwIfAborted, callId } = derive(context)
        await new Promise(resolve => signal.addEventListener('abort', resolve))
        throwIfAborted()
        return callId
      },
    })
    const reply = worker.__dispatch('a-1', 'wait', []).catch(fromEnvelope)
    await worker.__cancel('a-1')
    expect(await reply).toMatchObject({ name: 'AbortError' })
  })

  it('has its members as its own, one signal, and the key only where there is one', async () => {
    const keys = vi.fn()
    const onDemand = ['aborted', 'report', 'retire', 'signal', 'throwIfAborted', 'workerIndex', 'yield']
    const { call } = connect({
      look(context: TaskContext) {
        const { signal } = context
        keys(Object.keys(context).sort(), context.signal === signal, JSON.stringify(context))
      },
    })
    await call('look', [])
    await call('look', [], { key: 'k' })
    expect(keys.mock.calls).toEqual([
      [
        [...onDemand, 'callId'].sort(),
        true,
        '{"callId":"call-0","signal":{},"aborted":false,"workerIndex":0}',
      ],
      [
        [...onDemand, 'callId', 'key'].sort(),
        true,
        '{"callId":"call-1","key":"k","signal":{},"aborted":false,"workerIndex":0}',
      ],
    ])
  })
})

describe('a handler that yields', () => {
  /** Keeps the thread for longer than messages may be kept out. */
  const spin = () => {
    for (const end = performance.now() + 9; performance.now() < end; );
  }

  it('hears that its call was canceled, and is rejected with the AbortError', async () => {
    let looks = 0
    const { worker, call } = connect({
      async work(context: TaskContext) {
        expect(context.aborted).toBe(false)
        const copy = { ...context }
        try {
          for (; looks < 1_000; looks++) {
            spin()
            await context.yield()
          }
          return 'finished'
        } catch (error) {
          return [(error as Error).name, context.aborted, copy.aborted, context.signal.aborted]
        }
      },
    })
    const result = call('work', [])
    await worker.__cancel('call-0')
    expect(await result).toEqual(['AbortError', true, false, true])
    expect(looks).toBeLessThan(1_000)
  })

  it('is rejected at once when it yields after that, with the reason of its signal', async () => {
    const { worker, call } = connect({
      async work({ signal, yield: letIn }: TaskContext) {
        await new Promise(resolve => signal.addEventListener('abort', resolve))
        return (await letIn().catch((error: unknown) => error)) === signal.reason
      },
    })
    const result = call('work', [])
    await worker.__cancel('call-0')
    expect(await result).toBe(true)
  })

  it('goes on at once where messages were let in a moment ago', async () => {
    const { call } = connect({
      async work(context: TaskContext) {
        spin()
        await context.yield()
        const post = vi.spyOn(MessagePort.prototype, 'postMessage')
        for (let n = 0; n < 100; n++) await context.yield()
        const posts = post.mock.calls.length
        post.mockRestore()
        return posts
      },
    })
    // A busy machine may stop the loop for long enough now and then.
    expect(await call('work', [])).toBeLessThan(10)
  })

  it('shares the turn with other handlers that wait for one', async () => {
    const { call } = connect({
      async work(context: TaskContext) {
        spin()
        const post = vi.spyOn(MessagePort.prototype, 'postMessage')
        const waiting = [context.yield(), context.yield(), context.yield()]
        const posts = post.mock.calls.length
        post.mockRestore()
        await Promise.all(waiting)
        return posts
      },
    })
    expect(await call('work', [])).toBe(1)
  })
})

describe('createTaskWorker', () => {
  it.each([
    [null, /^The options of createTaskWorker must be an object, not null/],
    [{ contxt: false }, /^createTaskWorker has no option "contxt"\. Its options are: context./],
    [{ context: 'no' }, /^context must be a boolean, not "no"/],
  ])('refuses the options %o', (options, message) => {
    expect(() => createTaskWorker({ one: () => 1 }, options as never)).toThrow(message)
  })

  class Resizer {
    process() {}
  }
  it.each([undefined, null, 'handlers', {}, { limit: 3 }, new Resizer()])('refuses %o', handlers => {
    expect(() => createTaskWorker(handlers as never)).toThrow(
      /^createTaskWorker needs an object with functions of its own as handlers/,
    )
  })
})

describe('cancellation', () => {
  it('aborts the signal of that call alone, with an AbortError', async () => {
    const { worker } = connect({
      wait: ({ signal }: TaskContext) =>
        new Promise(resolve => signal.addEventListener('abort', () => resolve(signal.reason.name))),
      ping: () => 'pong',
    })
    const [one, two] = [worker.__dispatch('a-1', 'wait', []), worker.__dispatch('a-2', 'wait', [])]
    const winner = Promise.race([one.then(() => 1), two.then(() => 2)])
    await worker.__cancel('a-2')
    expect(await winner).toBe(2)
    expect(await two).toBe('AbortError')
    await worker.__cancel('a-1')
    expect(await one).toBe('AbortError')
  })

  it('makes throwIfAborted throw, also when it was taken off the context', async () => {
    const gate = deferred<void>()
    const { worker } = connect({
      async step({ throwIfAborted }: TaskContext) {
        throwIfAborted()
        await gate.promise
        throwIfAborted()
        return 'not canceled'
      },
    })
    const reply = worker.__dispatch('a-1', 'step', []).catch(fromEnvelope)
    await worker.__cancel('a-1')
    gate.resolve()
    const error = await reply
    expect(error).toBeInstanceOf(DOMException)
    expect(error).toMatchObject({ name: 'AbortError', message: 'Call "a-1" was canceled.' })
  })

  it('is ignored for a call that is over, unknown or canceled already', async () => {
    const { worker } = connect({ ping: () => 'pong' })
    await worker.__dispatch('a-1', 'ping', [])
    for (const callId of ['a-1', 'a-1', 'never', '__proto__']) await worker.__cancel(callId)
    expect(await worker.__dispatch('a-1', 'ping', [])).toBe('pong')
  })
})

describe('what a handler throws', () => {
  it('arrives whole, thrown at once or later', async () => {
    const cause = new RangeError('too wide')
    const { call } = connect({
      now() {
        throw Object.assign(new TypeError('bad image', { cause }), { code: 'E_IMAGE' })
      },
      later: () => Promise.reject(new DOMException('no', 'NotSupportedError')),
      other() {
        throw { status: 404 }
      },
    })
    const error = await call('now', []).catch((reason: Error) => reason)
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({ message: 'bad image', code: 'E_IMAGE' })
    expect((error as Error).cause).toBeInstanceOf(RangeError)
    await expect(call('later', [])).rejects.toBeInstanceOf(DOMException)
    await expect(call('other', [])).rejects.toEqual({ status: 404 })
  })

  it('does not disturb the calls beside it', async () => {
    const { call } = connect({
      half: (n: number) => {
        if (n % 2) throw new Error(`${n} is odd`)
        return n / 2
      },
    })
    const results = await Promise.allSettled([0, 1, 2, 3].map(n => call('half', [n])))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
  })
})

describe('a result', () => {
  it('moves out of the worker', async () => {
    const bytes = new Uint8Array([1, 2, 3])
    const { call } = connect({ bytes: () => ({ deep: [bytes] }) })
    expect(await call('bytes', [])).toEqual({ deep: [new Uint8Array([1, 2, 3])] })
    expect(bytes.byteLength).toBe(0)
  })

  it('stays in the worker when the caller says so, also one that was returned before', async () => {
    const frame = { bytes: new Uint8Array([1]) }
    const { call } = connect({
      async cached(moved: boolean) {
        if (moved) frame.bytes = new Uint8Array([2])
        return frame
      },
    })
    expect(await call('cached', [false], { transferResult: false })).toEqual({ bytes: new Uint8Array([1]) })
    expect(frame.bytes.byteLength).toBe(1)
    expect(await call('cached', [true])).toEqual({ bytes: new Uint8Array([2]) })
    expect(frame.bytes.byteLength).toBe(0)
    expect(await call('cached', [true], { transferResult: false })).toEqual({ bytes: new Uint8Array([2]) })
    expect(frame.bytes.byteLength).toBe(1)
  })

  it('is awaited when it is a thenable of any kind', async () => {
    type Settle = (value: unknown) => void
    const thenable = (then: unknown, to: object = {}) => Object.defineProperty(to, 'then', { value: then })
    const { call } = connect({
      object: () => thenable((resolve: Settle) => resolve('object')),
      callable: () =>
        thenable(
          (resolve: Settle) => resolve('function'),
          () => {},
        ),
      late: () => thenable((resolve: Settle) => setTimeout(resolve, 1, 'late')),
      nested: () => thenable((resolve: Settle) => resolve(Promise.resolve('nested'))),
      rejects: () => thenable((_: Settle, reject: Settle) => reject(new RangeError('no'))),
      throws: () => Object.defineProperty({}, 'then', { get: () => fail('in the getter') }),
    })
    const fail = (message: string) => {
      throw new RangeError(message)
    }
    const names = ['object', 'callable', 'late', 'nested']
    expect(await Promise.all(names.map(name => call(name, [])))).toEqual([
      'object',
      'function',
      'late',
      'nested',
    ])
    await expect(call('rejects', [])).rejects.toThrow(new RangeError('no'))
    await expect(call('throws', [])).rejects.toThrow(new RangeError('in the getter'))
  })

  it('may be a Comlink proxy', async () => {
    const { call } = connect({ counter: () => Comlink.proxy({ next: () => 1 }) })
    const counter = (await call('counter', [])) as Comlink.Remote<{ next(): number }>
    expect(await counter.next()).toBe(1)
    counter[Comlink.releaseProxy]()
  })
})

describe('arguments', () => {
  it('move into the worker', async () => {
    const bytes = new Uint8Array([1, 2, 3])
    const { call } = connect({ sum: ({ data }: { data: Uint8Array }) => data.reduce((a, b) => a + b) })
    expect(await call('sum', [{ data: bytes }])).toBe(6)
    expect(bytes.byteLength).toBe(0)
  })

  it('may be Comlink proxies, such as a callback for progress, whose own buffers stay', async () => {
    const steps: number[] = []
    const progress = Object.assign((step: number) => steps.push(step), { bytes: new Uint8Array(8) })
    const { call } = connect({
      async work(data: Uint8Array, report: Comlink.Remote<(step: number) => number>) {
        for (let step = 1; step <= 3; step++) await report(step)
        report[Comlink.releaseProxy]()
        return data.byteLength
      },
    })
    const data = new Uint8Array(5)
    expect(await call('work', [data, Comlink.proxy(progress)])).toBe(5)
    expect(steps).toEqual([1, 2, 3])
    expect(data.byteLength).toBe(0)
    expect(progress.bytes.byteLength).toBe(8)
  })

  it('pass through the transfer handlers that both sides register', async () => {
    class Point {
      constructor(
        readonly x: number,
        readonly y: number,
      ) {}
    }
    Comlink.transferHandlers.set('point', {
      canHandle: (value): value is Point => value instanceof Point,
      serialize: ({ x, y }: Point) => {
        const bytes = new Float64Array([x, y])
        return [bytes, [bytes.buffer]]
      },
      deserialize: ([x = 0, y = 0]: Float64Array) => new Point(x, y),
    })
    const { call } = connect({
      flip: (point: Point) => (point instanceof Point ? new Point(point.y, point.x) : null),
    })
    const flipped = await call('flip', [new Point(1, 2)])
    expect(flipped).toBeInstanceOf(Point)
    expect(flipped).toEqual(new Point(2, 1))
  })

  it('of a transfer handler that the worker lacks fail that call by name', async () => {
    const { worker } = connect({ ping: () => 'pong' })
    const reply = worker.__dispatch('a-1', 'ping', { values: [1], handlers: ['point'] })
    const error = await reply.catch(fromEnvelope)
    expect(error).toBeInstanceOf(TypeError)
    expect((error as Error).message).toMatch(/^Argument 0 was sent by the Comlink transfer handler "point"/)
  })
})

describe('toWire', () => {
  it('sends arguments as they are when no handler claims one', () => {
    const args = [1, 'two', { three: 3 }]
    expect(toWire(args)).toEqual({ wire: args, transfer: [], consumed: false, primitive: false })
    expect(toWire(args).wire).toBe(args)
    expect(fromWire(args)).toBe(args)
  })

  it('moves everything, nothing or a list, as it is told', () => {
    const [one, two] = [new ArrayBuffer(1), new ArrayBuffer(2)]
    expect(toWire([one, { two }])).toMatchObject({ transfer: [one, two], consumed: true })
    expect(toWire([one, { two }], []).transfer).toEqual([])
    expect(toWire([one, { two }], [two, two]).transfer).toEqual([two])
  })

  it('moves the port of a proxy whatever else moves', () => {
    const buffer = new ArrayBuffer(1)
    const { transfer, consumed } = toWire([buffer, Comlink.proxy(() => 1)], [])
    expect(consumed).toBe(false)
    expect(transfer).toEqual([expect.any(MessagePort)])
    open.push(transfer[0] as MessagePort)
  })
})
