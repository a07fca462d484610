import * as Comlink from 'comlink'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fromWire, toWire } from '../../../ts/shared/arguments.ts'
import { soon } from '../../support/soon.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test calls it with whatever it likes.
type Given = Comlink.Remote<(...args: any[]) => any>

const uncaught = vi.fn()
const open: MessagePort[] = []

beforeEach(() => {
  vi.stubGlobal('reportError', uncaught)
})

afterEach(() => {
  for (const port of open.splice(0)) port.close()
  for (const name of ['point', 'error']) Comlink.transferHandlers.delete(name)
  uncaught.mockReset()
  vi.unstubAllGlobals()
})

/** A function of the page, as a handler gets it. */
function given(callback: (...args: never[]) => unknown): Given {
  const { wire, transfer } = toWire([Comlink.proxy(callback)])
  open.push(...(transfer as MessagePort[]))
  return fromWire(wire)[0] as Given
}

const reported = () => uncaught.mock.calls.map(([error]) => (error as Error).message)

describe('a function of the page', () => {
  it('is called with the arguments, in the order of the calls, and its result comes back', async () => {
    const calls: unknown[][] = []
    const callback = given((...args: unknown[]) => calls.push(args))
    const results = [callback(), callback(undefined, { a: [1] }), callback.bind(null)('b')]
    expect(await Promise.all(results)).toEqual([1, 2, 3])
    expect(calls).toEqual([[], [undefined, { a: [1] }], ['b']])
    expect(uncaught).not.toHaveBeenCalled()
  })

  it('may return a promise', async () => {
    expect(await given(async () => 'late')()).toBe('late')
  })

  it('that throws is reported as uncaught, and rejects with the error', async () => {
    const error = await given(() => {
      throw new RangeError('of the page')
    })().catch((error: unknown) => error)
    expect(error).toMatchObject({ name: 'RangeError', message: 'of the page' })
    expect(reported()).toEqual(['of the page'])
  })

  it('that rejects is reported as uncaught, and rejects with the error', async () => {
    await expect(given(() => Promise.reject(new Error('late')))()).rejects.toThrow('late')
    expect(reported()).toEqual(['late'])
  })

  it.each([undefined, null, 0, 'text', { code: 1 }])('that throws %o rejects with it', async thrown => {
    const callback = given(() => {
      throw thrown
    })
    await expect(callback()).rejects.toEqual(thrown)
    expect(uncaught.mock.calls).toEqual([[thrown]])
  })

  it.each<[string, unknown]>([
    ['a function', () => 1],
    [
      'an error whose fields throw',
      Object.defineProperty(new Error(), 'message', {
        get() {
          throw new Error('no')
        },
      }),
    ],
  ])('that throws %s rejects with an error', async (_, thrown) => {
    const callback = given(() => {
      throw thrown
    })
    await expect(callback()).rejects.toBeInstanceOf(Error)
    expect(uncaught.mock.calls).toEqual([[thrown]])
  })

  it('whose result cannot be cloned is reported as uncaught, and rejects with a TypeError that says where', async () => {
    const callback = given(() => ({ deep: [() => 1] }))
    const error = await callback().catch((error: unknown) => error)
    expect(error).toMatchObject({
      name: 'TypeError',
      message:
        'What a function of the page returned cannot be sent to the worker (result.deep[0] is a function).',
    })
    expect(reported()).toEqual([(error as Error).message])
  })

  it('is rethrown on its own where there is no reportError', async () => {
    vi.stubGlobal('reportError', undefined)
    const rethrow = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => {})
    const callback = given(() => {
      throw new Error('of the page')
    })
    await expect(callback()).rejects.toThrow('of the page')
    expect(rethrow.mock.calls[0]?.[0]).toThrow('of the page')
    rethrow.mockRestore()
  })

  it('works on after it has failed', async () => {
    let calls = 0
    const callback = given(() => {
      if (calls++ === 0) throw new Error('at first')
      return calls
    })
    await expect(callback()).rejects.toThrow('at first')
    expect(await callback()).toBe(2)
  })

  it('moves what Comlink.transfer lists, and copies the rest', async () => {
    const [moved, copied] = [new Uint8Array([1]), new Uint8Array([2])]
    const callback = given((move: boolean) => (move ? Comlink.transfer(moved, [moved.buffer]) : copied))
    expect([await callback(true), await callback(false)]).toEqual([new Uint8Array([1]), copied])
    expect([moved.length, copied.length]).toEqual([0, 1])
  })

  it('takes and returns what transfer handlers know, functions included', async () => {
    class Point {
      constructor(readonly x: number) {}
    }
    Comlink.transferHandlers.set('point', {
      canHandle: (value): value is Point => value instanceof Point,
      serialize: ({ x }: Point) => [x, []],
      deserialize: (x: number) => new Point(x),
    })
    const callback = given(async (point: Point, next: () => Promise<number>) => {
      const y = await next()
      return Comlink.proxy((z: number) => new Point(point.x + y + z))
    })
    const add = (await callback(
      new Point(1),
      Comlink.proxy(() => 10),
    )) as Given
    expect(await add(100)).toEqual(new Point(111))
    await expect(add.constructor('return 1')).rejects.toThrow('can only be called')
    add[Comlink.releaseProxy]()
  })

  it('throws as the transfer handler "throw" of the application says', async () => {
    const { serialize, ...own } = Comlink.transferHandlers.get('throw') as Comlink.TransferHandler<
      { value: unknown },
      unknown
    >
    Comlink.transferHandlers.set('throw', { ...own, serialize: () => serialize({ value: 'in its own way' }) })
    const callback = given(() => {
      throw new Error('of the page')
    })
    await expect(callback()).rejects.toBe('in its own way')
    Comlink.transferHandlers.set('throw', { ...own, serialize })
  })

  it('is left to a transfer handler "proxy" of the application', async () => {
    const comlinks = Comlink.transferHandlers.get('proxy') as Comlink.TransferHandler<unknown, unknown>
    Comlink.transferHandlers.set('proxy', { ...comlinks, serialize: () => [7, []], deserialize: n => n })
    expect(given(() => 1)).toBe(7)
    Comlink.transferHandlers.set('proxy', comlinks)
  })

  it('is told when it is released', async () => {
    const released = vi.fn()
    const callback = given(Object.assign(() => 1, { [Comlink.finalizer]: released }))
    expect(await callback()).toBe(1)
    callback[Comlink.releaseProxy]()
    await soon(() => expect(released).toHaveBeenCalledOnce())
  })
})

describe('of a function of the page', () => {
  const secretive = () => Object.assign(vi.fn(), { secret: 1, call2: vi.fn() })

  it.each<[string, (callback: Given) => unknown]>([
    ['a property cannot be read', callback => (callback as unknown as { secret: unknown }).secret],
    ['a method cannot be called', callback => (callback as unknown as { call2: Given }).call2()],
    ['the constructor cannot be called', callback => callback.constructor('return 1')],
    ['an instance cannot be made', callback => new (callback as unknown as new () => unknown)()],
    [
      'an instance of its constructor cannot be made',
      callback => new (callback.constructor as FunctionConstructor)(),
    ],
    ['no other port can be had', callback => callback[Comlink.createEndpoint]()],
  ])('%s', async (_, reach) => {
    const callback = secretive()
    await expect(reach(given(callback))).rejects.toMatchObject({
      name: 'TypeError',
      message: 'A function of the page can only be called.',
    })
    expect(callback).not.toHaveBeenCalled()
    expect(callback.call2).not.toHaveBeenCalled()
    expect(uncaught).not.toHaveBeenCalled()
  })
})
