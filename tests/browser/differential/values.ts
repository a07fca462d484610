/** Values as applications pass them, and as nobody should: built from a plan, so that the same one can be built twice. */
import fc from 'fast-check'
import { server } from 'vitest/browser'

/** What to build: a leaf, a container of others, or a container that is already there. */
export type Plan =
  | { leaf: keyof typeof leaves }
  | { box: keyof typeof boxes; members: Plan[] }
  | { again: number }

export type Built = {
  value: unknown
  /** What a sender by hand lists. */
  list: Transferable[]
  /** How often code of the user's has run: tags, iterators, accessors. */
  ran: () => number
  /** Holds an ImageData without pixels, which Chromium accepts and does not deliver. */
  spent: boolean
  /** Holds a port that was moved or closed. */
  hasDeadPort: boolean
}

/** A second realm, whose classes are not this page's. */
export type Realm = typeof globalThis

class Building {
  readonly list: Transferable[] = []
  readonly containers: object[] = []
  runs = 0
  spent = false
  hasDeadPort = false
  readonly realm: Realm

  constructor(realm: Realm) {
    this.realm = realm
  }

  /** Lists an object that moves. */
  moves<T extends Transferable>(object: T): T {
    this.list.push(object)
    return object
  }

  readonly run = <T>(result: T): T => {
    this.runs++
    return result
  }
}

/** Builds the value of a plan. */
export function build(plan: Plan, realm: Realm): Built {
  const building = new Building(realm)
  const value = make(plan, building)
  const { list, spent, hasDeadPort } = building
  return { value, list, ran: () => building.runs, spent, hasDeadPort }
}

function make(plan: Plan, building: Building): unknown {
  if ('leaf' in plan) return leaves[plan.leaf](building)
  if ('again' in plan) {
    const { containers } = building
    return containers.length > 0 ? containers[plan.again % containers.length] : undefined
  }
  const { container, fill } = boxes[plan.box](building)
  building.containers.push(container)
  fill(plan.members.map(member => make(member, building)))
  return container
}

export function detach<T extends Transferable>(object: T): T {
  structuredClone(object, { transfer: [object] })
  return object
}

const PAGE = 65_536

/** The compiler's library is older than buffers that can be resized. */
type Resizable = ArrayBuffer & { resize(length: number): void }
const resizable = (length: number) =>
  Reflect.construct(ArrayBuffer, [length, { maxByteLength: 2 * length }]) as Resizable

const memory = () => new WebAssembly.Memory({ initial: 1 }).buffer
const picture = () => {
  const canvas = new OffscreenCanvas(2, 2)
  canvas.getContext('2d')
  return canvas.transferToImageBitmap()
}
const frame = () => {
  const canvas = new OffscreenCanvas(2, 2)
  canvas.getContext('2d')
  return new VideoFrame(canvas, { timestamp: 0 })
}
const audio = () =>
  new AudioData({
    format: 'f32',
    sampleRate: 8000,
    numberOfFrames: 4,
    numberOfChannels: 1,
    timestamp: 0,
    data: new Float32Array(4),
  })
const closed = <T extends { close(): void }>(object: T): T => {
  object.close()
  return object
}

/** With a buffer on it that does not travel. */
const withExpando = <T extends object>(object: T): T => Object.assign(object, { bytes: new Uint8Array(4) })

const leaves = {
  number: () => 7,
  text: () => 'text',
  nothing: () => undefined,
  date: () => withExpando(new Date(0)),
  pattern: () => withExpando(/x/g),
  boxed: () => withExpando(new Boolean(true)),
  boxedText: () => withExpando(new String('boxed')),
  blob: () => withExpando(new Blob(['blob'])),
  file: () => withExpando(new File(['file'], 'name')),
  rectangle: () => withExpando(new DOMRect(1, 2, 3, 4)),
  exception: () => withExpando(new DOMException('gone', 'AbortError')),
  error: () => withExpando(new TypeError('bad')),
  hidden: () => Object.defineProperty({}, 'bytes', { value: new Uint8Array(4) }),
  symbolKey: () => ({ [Symbol('bytes')]: new Uint8Array(4) }),

  buffer: building => building.moves(new ArrayBuffer(8)),
  emptyBuffer: building => building.moves(new ArrayBuffer(0)),
  page: building => building.moves(new ArrayBuffer(PAGE)),
  bytes: building => new Uint8Array(building.moves(new ArrayBuffer(8))).fill(3),
  pageOfBytes: building => new Uint8Array(building.moves(new ArrayBuffer(PAGE))),
  window: building => new Uint8Array(building.moves(new ArrayBuffer(PAGE)), 8, 8),
  dataView: building => new DataView(building.moves(new ArrayBuffer(8)), 2),
  resizable: building => building.moves(resizable(8)),
  tracking: building => new Uint8Array(building.moves(resizable(8)), 2),
  image: building => {
    const image = new ImageData(2, 2)
    building.moves(image.data.buffer)
    return image
  },
  bitmap: building => building.moves(picture()),
  frame: building => building.moves(frame()),
  audio: building => building.moves(audio()),
  port: building => building.moves(new MessageChannel().port1),
  stream: building => building.moves(new ReadableStream()),
  byteStream: building => building.moves(new ReadableStream({ type: 'bytes' })),
  writable: building => building.moves(new WritableStream()),
  transform: building => building.moves(new TransformStream()),
  canvas: building => building.moves(new OffscreenCanvas(2, 2)),

  foreignBuffer: building => building.moves(new building.realm.ArrayBuffer(8)),
  foreignBytes: building => new building.realm.Uint8Array(building.moves(new building.realm.ArrayBuffer(8))),
  foreignPort: building => building.moves(new building.realm.MessageChannel().port1),
  foreignStream: building => building.moves(new building.realm.ReadableStream()),
  foreignDate: building => withExpando(new building.realm.Date(0)),
  foreignError: building => withExpando(new building.realm.RangeError('far')),

  memory: () => memory(),
  memoryView: () => new Uint8Array(memory()),
  memoryWindow: () => new Uint8Array(memory(), 8, 8),
  imageOfMemory: () => new ImageData(new Uint8ClampedArray(memory()), 128),

  spentBuffer: () => detach(new ArrayBuffer(8)),
  spentBytes: () => {
    const view = new Uint8Array(8)
    detach(view.buffer)
    return view
  },
  spentImage: building => {
    const image = new ImageData(2, 2)
    detach(image.data.buffer)
    building.spent = true
    return image
  },
  outOfBounds: () => {
    const buffer = resizable(16)
    const view = new Uint8Array(buffer, 8, 8)
    buffer.resize(4)
    return view
  },
  closedBitmap: () => closed(picture()),
  closedFrame: () => closed(frame()),
  closedAudio: () => closed(audio()),
  deadPort: building => {
    building.hasDeadPort = true
    const port = detach(new MessageChannel().port1)
    // Nothing but sending it tells in Firefox that it is dead, so it is listed, and the rest of the value is read first.
    return server.browser === 'firefox' ? building.moves(port) : port
  },
  closedPort: building => {
    building.hasDeadPort = true
    return building.moves(closed(new MessageChannel().port1))
  },
  lockedStream: () => {
    const stream = new ReadableStream()
    stream.getReader()
    return stream
  },
  usedCanvas: () => {
    const canvas = new OffscreenCanvas(2, 2)
    canvas.getContext('2d')
    return canvas
  },
  movedCanvas: () => detach(new OffscreenCanvas(2, 2)),
  callback: () => () => 1,
  symbol: () => Symbol('symbol'),
  promise: () => new Promise(() => {}),
  element: () => document.body,
  proxy: () => new Proxy({ a: 1 }, {}),
  proxiedArray: () => new Proxy([1], {}),
} satisfies Record<string, (building: Building) => unknown>

type Box = { container: object; fill: (members: unknown[]) => void }

const named = (container: object): Box => ({
  container,
  fill: members => {
    Object.assign(container, Object.fromEntries(members.map((member, index) => [`m${index}`, member])))
  },
})
const listed = (container: unknown[]): Box => ({
  container,
  fill: members => void container.push(...members),
})
const mapped = (container: Map<unknown, unknown>): Box => ({
  container,
  fill: members => {
    members.forEach((member, index) => {
      if (index % 2) Map.prototype.set.call(container, member, index)
      else Map.prototype.set.call(container, index, member)
    })
  },
})
const collected = (container: Set<unknown>): Box => ({
  container,
  fill: members => {
    for (const member of members) Set.prototype.add.call(container, member)
  },
})

/** A method that never ends, so that whoever runs it hangs. */
function* endless(run: (result: undefined) => void): Generator<number> {
  run(undefined)
  for (let index = 0; ; index++) yield index
}

const boxes = {
  object: () => named({}),
  array: () => listed([]),
  map: () => mapped(new Map()),
  set: () => collected(new Set()),
  bare: () => named(Object.create(null)),
  instance: () => named(new (class Frame {})()),
  tagged: ({ run }) =>
    named(
      new (class Tagged {
        get [Symbol.toStringTag]() {
          return run('Date')
        }
      })(),
    ),
  constantTag: () =>
    named(
      Object.create(Object.defineProperty({}, Symbol.toStringTag, { value: 'Blob', configurable: true })),
    ),
  ownTag: ({ run }) => named(Object.defineProperty({}, Symbol.toStringTag, { get: () => run('Map') })),
  mapLike: () => named(Object.create(Map.prototype)),
  frozen: () => {
    const inner: Record<string, unknown> = {}
    const container = Object.freeze({ inner })
    return { container, fill: members => void named(inner).fill(members) }
  },
  namedArray: () => {
    const container: unknown[] = [1, 2]
    return named(container)
  },
  sparse: () => {
    const container: unknown[] = []
    return {
      container,
      fill: members => {
        members.forEach((member, index) => {
          container[1_000_000 * (index + 1)] = member
        })
      },
    }
  },
  withHoles: () => {
    const container: unknown[] = new Array(2)
    container.push(1)
    return listed(container)
  },
  long: () => listed(new Array(1_500).fill(0)),
  ownMap: ({ run }) =>
    mapped(
      new (class OwnMap extends Map {
        override [Symbol.iterator]() {
          return endless(run) as never
        }
        override entries() {
          return endless(run) as never
        }
        override forEach() {
          run(undefined)
        }
        override get size() {
          return run(0)
        }
      })(),
    ),
  ownSet: ({ run }) =>
    collected(
      new (class OwnSet extends Set {
        override [Symbol.iterator]() {
          return endless(run) as never
        }
        override forEach() {
          run(undefined)
        }
      })(),
    ),
  ownArray: ({ run }) => {
    const container = new (class OwnArray extends Array {
      override [Symbol.iterator]() {
        return endless(run) as never
      }
    })()
    return {
      container,
      fill: members => {
        members.forEach((member, index) => {
          container[index] = member
        })
      },
    }
  },
  computed: ({ run }) =>
    named({
      get computed() {
        return run(1)
      },
    }),
  computedElement: ({ run }) => {
    const container: unknown[] = [0, 1]
    Object.defineProperty(container, 1, { get: () => run(1), enumerable: true, configurable: true })
    return listed(container)
  },
  cause: () => {
    const container = new Error('because')
    return {
      container,
      fill: members => {
        container.cause = members
      },
    }
  },
  foreignObject: ({ realm }) => named(new realm.Object()),
  foreignArray: ({ realm }) => listed(new realm.Array()),
  foreignMap: ({ realm }) => mapped(new realm.Map()),
  foreignSet: ({ realm }) => collected(new realm.Set()),
} satisfies Record<string, (building: Building) => Box>

/** Leaves that keep a call from being sent are rare, so that most calls arrive. */
const OBSTACLES: (keyof typeof leaves)[] = [
  'spentBuffer',
  'spentBytes',
  'spentImage',
  'outOfBounds',
  'closedBitmap',
  'closedFrame',
  'closedAudio',
  'deadPort',
  'closedPort',
  'lockedStream',
  'usedCanvas',
  'movedCanvas',
  'callback',
  'symbol',
  'promise',
  'element',
  'proxy',
  'proxiedArray',
]

const sound = (Object.keys(leaves) as (keyof typeof leaves)[]).filter(name => !OBSTACLES.includes(name))

/** Plans of values that are up to five steps deep. */
export const plans: fc.Arbitrary<Plan> = fc.letrec<{ plan: Plan; box: Plan }>(tie => ({
  box: fc.record({
    box: fc.constantFrom(...(Object.keys(boxes) as (keyof typeof boxes)[])),
    members: fc.array(tie('plan'), { maxLength: 4, depthIdentifier: 'plan' }),
  }),
  plan: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'plan' },
    { weight: 12, arbitrary: fc.record({ leaf: fc.constantFrom(...sound) }) },
    { weight: 1, arbitrary: fc.record({ leaf: fc.constantFrom(...OBSTACLES) }) },
    { weight: 1, arbitrary: fc.record({ again: fc.nat(9) }) },
    { weight: 8, arbitrary: tie('box') },
  ),
})).box

/** Every leaf and every box by itself, beside two buffers: none is left to chance. */
export const eachKind: Plan[] = [
  ...(Object.keys(leaves) as (keyof typeof leaves)[]).map(
    (leaf): Plan => ({ box: 'object', members: [{ leaf: 'buffer' }, { leaf }, { leaf: 'bytes' }] }),
  ),
  ...(Object.keys(boxes) as (keyof typeof boxes)[]).map(
    (box): Plan => ({
      box: 'array',
      members: [{ leaf: 'buffer' }, { box, members: [{ leaf: 'port' }, { leaf: 'bytes' }] }],
    }),
  ),
]
