import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
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

afterEach(() => {
  vi.unstubAllGlobals()
})

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

  it('takes the buffer of an ImageData, whose data is an accessor of its class', () => {
    const data = new Uint8ClampedArray(4)
    class FakeImageData {
      get data() {
        return data
      }
    }
    vi.stubGlobal('ImageData', FakeImageData)
    expect(getTransferables({ image: new FakeImageData() })).toEqual([data.buffer])
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

  it('calls no accessor', () => {
    const getter = vi.fn(() => new ArrayBuffer(MOVABLE_BYTES))
    expect(getTransferables(Object.defineProperty({}, 'bytes', { get: getter, enumerable: true }))).toEqual(
      [],
    )
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

  it('never lists a closed ImageBitmap, VideoFrame or AudioData', () => {
    class FakeImageBitmap {
      constructor(readonly width: number) {}
    }
    class FakeVideoFrame {
      constructor(readonly codedWidth: number) {}
    }
    class FakeAudioData {
      constructor(readonly numberOfFrames: number) {}
    }
    vi.stubGlobal('ImageBitmap', FakeImageBitmap)
    vi.stubGlobal('VideoFrame', FakeVideoFrame)
    vi.stubGlobal('AudioData', FakeAudioData)
    const open = [new FakeImageBitmap(4), new FakeVideoFrame(4), new FakeAudioData(4)]
    const closed = [new FakeImageBitmap(0), new FakeVideoFrame(0), new FakeAudioData(0)]
    expect(getTransferables([...closed, ...open])).toEqual(open)
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
      new TypeError('transfer[1] cannot be moved: the ArrayBuffer is detached, closed or locked.'),
    )
    expect(refusing([locked])).toThrow(
      new TypeError('transfer[0] cannot be moved: the ReadableStream is detached, closed or locked.'),
    )
    expect(refusing([new Uint8Array(1)])).toThrow(
      new TypeError('transfer[0] cannot be moved: a view cannot move, its buffer can.'),
    )
  })
})
