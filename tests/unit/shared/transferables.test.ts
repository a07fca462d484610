import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import {
  getTransferables,
  hasTransferables,
  isTransferable,
  refuseImmovable,
} from '../../../ts/shared/transferables.ts'

const MOVABLE_BYTES = 16

function detached(buffer = new ArrayBuffer(MOVABLE_BYTES)): ArrayBuffer {
  structuredClone(buffer, { transfer: [buffer] })
  return buffer
}

/** `steps` arrays around a value. */
function nested(value: unknown, steps: number): unknown {
  return steps === 0 ? value : [nested(value, steps - 1)]
}

describe('getTransferables', () => {
  it('finds nothing in plain data', () => {
    for (const value of [
      undefined,
      null,
      0,
      'text',
      10n,
      true,
      {},
      [],
      { a: 1, b: ['x', new Date(), /x/] },
    ]) {
      expect(getTransferables(value)).toEqual([])
    }
  })

  it('finds a buffer by itself and in arrays, objects, Maps (keys too) and Sets', () => {
    const buffers = Array.from({ length: 6 }, () => new ArrayBuffer(MOVABLE_BYTES))
    const [bare, inArray, inObject, asKey, asMember, inSet] = buffers
    expect(getTransferables(bare)).toEqual([bare])
    const value = [bare, [inArray], { inObject }, new Map([[asKey, { asMember }]]), new Set([inSet])]
    expect(new Set(getTransferables(value))).toEqual(new Set(buffers))
  })

  it('finds members of null-prototype objects and of class instances, as structured clone does', () => {
    class Frame {
      pixels = new Uint8Array(4)
    }
    const frame = new Frame()
    expect(getTransferables(frame)).toEqual([frame.pixels.buffer])
    const bare = Object.assign(Object.create(null), { pixels: new Uint8Array(4) })
    expect(getTransferables(bare)).toEqual([bare.pixels.buffer])
  })

  it('takes the buffer of every kind of view', () => {
    for (const view of [
      new Uint8Array(4),
      new Float64Array(2),
      new BigInt64Array(1),
      new DataView(new ArrayBuffer(4)),
    ]) {
      expect(getTransferables([view])).toEqual([view.buffer])
    }
  })

  it('lists a buffer once, however many views and places share it', () => {
    const buffer = new ArrayBuffer(64)
    const views = Array.from({ length: 8 }, (_, index) => new Uint8Array(buffer, index * 8, 8))
    expect(getTransferables({ views, again: views, buffer })).toEqual([buffer])
  })

  it('finds ports and streams', () => {
    const { port1, port2 } = new MessageChannel()
    const readable = new ReadableStream()
    const writable = new WritableStream()
    const transform = new TransformStream()
    expect(getTransferables({ port1, list: [readable, writable, transform] })).toEqual([
      port1,
      readable,
      writable,
      transform,
    ])
    port2.close()
  })

  it('looks ten steps deep and no deeper', () => {
    const buffer = new ArrayBuffer(MOVABLE_BYTES)
    expect(getTransferables(nested(buffer, 10))).toEqual([buffer])
    expect(getTransferables(nested(buffer, 11))).toEqual([])
  })

  it('counts the shortest way to an object, whichever comes first', () => {
    const buffer = new ArrayBuffer(MOVABLE_BYTES)
    const shared = { buffer }
    expect(getTransferables([nested(shared, 9), shared])).toEqual([buffer])
  })

  it('ends on cycles and on graphs whose paths are beyond counting', () => {
    const buffer = new ArrayBuffer(MOVABLE_BYTES)
    const cycle: Record<string, unknown> = { buffer, map: new Map() }
    cycle.self = cycle
    ;(cycle.map as Map<unknown, unknown>).set(cycle, [cycle])
    expect(getTransferables(cycle)).toEqual([buffer])

    let layer: unknown[] = [buffer]
    for (let depth = 0; depth < 8; depth++) layer = new Array(1_000).fill(layer)
    expect(getTransferables(layer)).toEqual([buffer])
  })

  it('reads a sparse array by what it holds', () => {
    const buffer = new ArrayBuffer(MOVABLE_BYTES)
    const sparse: unknown[] = []
    sparse[4_294_967_294] = undefined
    sparse[2_000_000_000] = buffer
    expect(getTransferables({ sparse })).toEqual([buffer])
  })

  it('finds named properties of arrays, long lists and arrays with holes', () => {
    const [named, last, sparse] = [new ArrayBuffer(1), new ArrayBuffer(2), new ArrayBuffer(3)]
    const holes: unknown[] = [1]
    holes[50_000] = sparse
    const value = [Object.assign([1], { named }), [...new Array(5_000).fill(0), last], holes]
    expect(new Set(getTransferables(value))).toEqual(new Set([named, last, sparse]))
  })

  it('finds members of instances with a tag of their own, without reading it', () => {
    const tag = vi.fn(() => 'Date')
    class Tagged {
      bytes = new Uint8Array(4)
      get [Symbol.toStringTag]() {
        return tag()
      }
    }
    const tagged = new Tagged()
    const constant = Object.create(Object.defineProperty({}, Symbol.toStringTag, { value: 'Blob' }))
    constant.bytes = new Uint8Array(4)
    expect(getTransferables([tagged, constant])).toEqual([tagged.bytes.buffer, constant.bytes.buffer])
    expect(tag).not.toHaveBeenCalled()
  })

  it('finds the cause of an error', () => {
    const bytes = new Uint8Array(4)
    const error = new Error('failed', { cause: { bytes } })
    const copy = structuredClone(error)
    expect(getTransferables(error)).toEqual('cause' in copy ? [bytes.buffer] : [])
  })

  it('finds objects of another realm, and their members', () => {
    const value = runInNewContext(`
      class Frame { bytes = new Uint8Array(1) }
      ({ buffer: new ArrayBuffer(1), map: new Map([[1, new Uint8Array(2)]]), set: new Set([new DataView(new ArrayBuffer(3))]),
        list: [new ArrayBuffer(4)], frame: new Frame(), bare: Object.assign(Object.create(null), { buffer: new ArrayBuffer(5) }),
        date: Object.assign(new Date(), { buffer: new ArrayBuffer(6) }) })
    `)
    expect(new Set(getTransferables(value))).toEqual(
      new Set([
        value.buffer,
        value.map.get(1).buffer,
        [...value.set][0].buffer,
        value.list[0],
        value.frame.bytes.buffer,
        value.bare.buffer,
      ]),
    )
  })

  it('runs none of the code of subclasses, and none that never ends', () => {
    const ran = vi.fn()
    function* endless() {
      ran()
      for (;;) yield 1
    }
    class OwnMap extends Map {
      override [Symbol.iterator]() {
        return endless() as never
      }
      override get size() {
        ran()
        return 0
      }
      override forEach = ran
    }
    class OwnSet extends Set {
      override [Symbol.iterator]() {
        return endless() as never
      }
    }
    class OwnArray extends Array {
      override [Symbol.iterator]() {
        return endless() as never
      }
    }
    const buffers = [new ArrayBuffer(1), new ArrayBuffer(2), new ArrayBuffer(3)]
    const map = new OwnMap()
    Map.prototype.set.call(map, 'key', buffers[0])
    const array = new OwnArray()
    array[0] = buffers[2]
    expect(getTransferables([map, new OwnSet().add(buffers[1]), array])).toEqual(buffers)
    expect(ran).not.toHaveBeenCalled()
  })

  it('reads what a view lies on by the platform, not by a property of the same name', () => {
    const view = new Uint8Array(4)
    Object.defineProperty(view, 'buffer', { get: () => new ArrayBuffer(1) })
    class OwnBuffer extends ArrayBuffer {
      override get byteLength() {
        return 0
      }
    }
    const own = new OwnBuffer(8)
    const [under] = getTransferables(view) as [ArrayBuffer]
    expect(under.byteLength).toBe(4)
    expect(getTransferables(own)).toEqual([own])
  })

  it('takes an object that merely inherits from a built-in class for what it is: a plain one', () => {
    const bytes = new Uint8Array(4)
    for (const prototype of [Map.prototype, Set.prototype, ArrayBuffer.prototype, MessagePort.prototype]) {
      expect(getTransferables(Object.assign(Object.create(prototype), { bytes }))).toEqual([bytes.buffer])
    }
  })

  it('leaves to the platform what throws when it is looked at', () => {
    const { proxy, revoke } = Proxy.revocable([], {})
    revoke()
    const refuse = () => {
      throw new Error('never')
    }
    const hostile = new Proxy({}, { getPrototypeOf: refuse, ownKeys: refuse })
    const buffer = new ArrayBuffer(1)
    expect(getTransferables([proxy, hostile, new Proxy({}, { ownKeys: refuse }), buffer])).toEqual([buffer])
  })

  it('ends on Proxies that have members without end', () => {
    const deep = (): object =>
      new Proxy(
        {},
        {
          ownKeys: () => Array.from({ length: 20 }, (_, index) => `k${index}`),
          getOwnPropertyDescriptor: () => ({ value: deep(), enumerable: true, configurable: true }),
        },
      )
    expect(getTransferables(deep())).toEqual([])
    const ancestors = (): object => new Proxy({}, { getPrototypeOf: ancestors })
    expect(getTransferables(ancestors())).toEqual([])
  })

  it('puts what may still be refused in front, so that nothing else has moved by then', () => {
    const { port1 } = new MessageChannel()
    const [buffer, memory] = [new ArrayBuffer(8), new WebAssembly.Memory({ initial: 1 }).buffer]
    const listed = getTransferables([buffer, memory, port1])
    expect(listed[0]).toBe(port1)
    expect(listed.at(-1)).toBe(buffer)
    port1.close()
  })

  it('calls no accessor', () => {
    const getter = vi.fn(() => new ArrayBuffer(MOVABLE_BYTES))
    const computed = { get: getter, enumerable: true }
    const long = Object.defineProperty(new Array(5_000).fill(0), 2, computed)
    const values = [
      Object.defineProperty({}, 'bytes', computed),
      Object.defineProperty([1], 0, computed),
      long,
    ]
    expect(getTransferables(values)).toEqual([])
    expect(getter).not.toHaveBeenCalled()
  })

  it('leaves alone what structured clone does not carry along', () => {
    const bytes = new Uint8Array(4)
    const error = Object.assign(new Error('failed'), { bytes })
    const date = Object.assign(new Date(), { bytes })
    const hidden = Object.defineProperty({}, 'bytes', { value: bytes, enumerable: false })
    const symbol = { [Symbol('bytes')]: bytes }
    const callback = Object.assign(() => undefined, { bytes })
    expect(getTransferables([error, date, hidden, symbol, callback])).toEqual([])
  })

  it('never lists shared or detached memory', () => {
    const shared = new SharedArrayBuffer(8)
    expect(getTransferables([shared, new Uint8Array(shared), detached()])).toEqual([])
    const view = new Uint8Array(8)
    detached(view.buffer)
    expect(getTransferables(view)).toEqual([])
  })

  it('lists an empty buffer, which is not a detached one', () => {
    const empty = new ArrayBuffer(0)
    expect(getTransferables([empty])).toEqual([empty])
  })

  it('never lists a window into WebAssembly memory', () => {
    const memory = new WebAssembly.Memory({ initial: 2 })
    expect(
      getTransferables([new Uint8Array(memory.buffer, 1024, 16), new DataView(memory.buffer, 8)]),
    ).toEqual([])
  })

  it('lists whole views of as many bytes as WebAssembly memory may have', () => {
    const image = new Uint8ClampedArray(256 * 256 * 4)
    expect(getTransferables([image])).toEqual([image.buffer])
  })

  it('never lists a locked stream', () => {
    const readable = new ReadableStream()
    readable.getReader()
    const writable = new WritableStream()
    writable.getWriter()
    const transform = new TransformStream()
    transform.readable.getReader()
    expect(getTransferables([readable, writable, transform])).toEqual([])
  })

  it('detaches exactly what it lists, in any graph', () => {
    fc.assert(
      fc.property(graphs, value => {
        const listed = getTransferables(value)
        expect(new Set(listed).size).toBe(listed.length)
        structuredClone(value, { transfer: listed })
        for (const item of listed) expect((item as ArrayBuffer).byteLength).toBe(0)
        expect(getTransferables(value)).toEqual([])
      }),
    )
  })

  it('finds every buffer within reach, as a plain search without a memory does', () => {
    fc.assert(
      fc.property(graphs, value => {
        expect(new Set(getTransferables(value))).toEqual(reachable(value))
      }),
    )
  })
})

describe('isTransferable and hasTransferables', () => {
  it('isTransferable speaks of the value itself', () => {
    const buffer = new ArrayBuffer(MOVABLE_BYTES)
    expect(isTransferable(buffer)).toBe(true)
    expect(isTransferable(new Uint8Array(buffer))).toBe(false)
    expect(isTransferable({ buffer })).toBe(false)
    expect(isTransferable(detached())).toBe(false)
    for (const value of [null, undefined, 1, 'text', () => 1, []]) expect(isTransferable(value)).toBe(false)
  })

  it('hasTransferables speaks of everything in it', () => {
    expect(hasTransferables([{ bytes: new Uint8Array(1) }])).toBe(true)
    expect(hasTransferables([{ bytes: [1, 2] }, 'text'])).toBe(false)
  })
})

/** Containers numbered 0…n−1, each filled with references to any of them, to a buffer, to a view or to a primitive. */
const graphs = fc
  .array(
    fc.record({
      kind: fc.constantFrom('array', 'object', 'map', 'set'),
      members: fc.array(fc.tuple(fc.constantFrom('container', 'buffer', 'view', 'number'), fc.nat(30)), {
        maxLength: 5,
      }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map(specs => {
    const containers = specs.map(({ kind }) =>
      kind === 'array' ? [] : kind === 'object' ? {} : kind === 'map' ? new Map() : new Set(),
    )
    const buffers = Array.from({ length: 10 }, (_, index) => new ArrayBuffer(index + 1))
    specs.forEach(({ members }, index) => {
      const container = containers[index]
      for (const [what, number] of members) {
        const buffer = buffers[number % buffers.length] as ArrayBuffer
        const member =
          what === 'container'
            ? containers[number % containers.length]
            : what === 'buffer'
              ? buffer
              : what === 'view'
                ? new Uint8Array(buffer)
                : number
        if (Array.isArray(container)) container.push(member)
        else if (container instanceof Map) container.set(number, member)
        else if (container instanceof Set) container.add(member)
        else Object.assign(container as object, { [number]: member })
      }
    })
    return containers[0]
  })

function reachable(root: unknown): Set<unknown> {
  const found = new Set<unknown>()
  let level = new Set<unknown>([root])
  for (let depth = 0; depth <= 10; depth++) {
    const next = new Set<unknown>()
    for (const value of level) {
      if (value instanceof ArrayBuffer) found.add(value)
      else if (ArrayBuffer.isView(value)) found.add(value.buffer)
      else if (value instanceof Map) for (const member of value.values()) next.add(member)
      else if (value instanceof Set) for (const member of value) next.add(member)
      else if (typeof value === 'object' && value) for (const member of Object.values(value)) next.add(member)
    }
    level = next
  }
  return found
}

describe('refuseImmovable', () => {
  it('names the first object that cannot move now, and how it stands', () => {
    const buffer = new ArrayBuffer(1)
    const locked = new ReadableStream()
    locked.getReader()
    const refusing = (list: unknown[]) => () => refuseImmovable(list)
    expect(refusing([buffer, { unknown: true }])).not.toThrow()
    expect(refusing([buffer, detached(), locked])).toThrow(
      new TypeError('transfer[1] cannot be moved: the ArrayBuffer is detached.'),
    )
    expect(refusing([locked])).toThrow(
      new TypeError('transfer[0] cannot be moved: the ReadableStream is locked.'),
    )
    expect(refusing([new Uint8Array(1)])).toThrow(
      new TypeError('transfer[0] cannot be moved: a view cannot move, its buffer can.'),
    )
  })
})
