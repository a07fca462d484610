/** How far from the root an object may lie, in steps from a value to one of its members, to be moved and not cloned. */
const MAX_DEPTH = 10

/** Unit of a WebAssembly.Memory's length, in bytes. */
const WASM_PAGE = 65_536

/** Objects that can be moved, beside ArrayBuffer. A platform has some of these globals. */
const MOVABLE = [
  'MessagePort',
  'ImageBitmap',
  'OffscreenCanvas',
  'VideoFrame',
  'AudioData',
  'ReadableStream',
  'WritableStream',
  'TransformStream',
  'MediaSourceHandle',
  'MediaStreamTrack',
  'RTCDataChannel',
] as const

/**
 * What can move with `value` when it is posted, each object once, nearest first.
 *
 * Looks where the structured clone algorithm looks: the value itself and, down to ten steps, the members of arrays,
 * Maps, Sets and objects that clone as plain ones (class instances too: their own enumerable properties). A view and
 * an ImageData stand for their buffer. Accessors are not called. What the platform would refuse to move is left out,
 * because a refusal comes after other objects of the same list are already detached; it is then cloned, or
 * fails to clone before anything has moved.
 */
export function getTransferables(value: unknown): Transferable[] {
  const scan = new Scan()
  scan.look(value)
  for (let depth = 0; depth < MAX_DEPTH && scan.hasMembers; depth++) scan.descend()
  return scan.found
}

/** Whether anything would move with `value`. */
export function hasTransferables(value: unknown): boolean {
  return getTransferables(value).length > 0
}

/** Whether `value` itself is an object that the platform can move now. */
export function isTransferable(value: unknown): value is Transferable {
  return isMovable(value) && !isSpent(value)
}

/**
 * Refuses a list of what is to move.
 *
 * An object of a kind that is unknown here is left to the platform, which refuses it before it moves anything.
 *
 * @throws TypeError naming the first of them that the platform would refuse after others have moved.
 */
export function refuseImmovable(list: readonly unknown[]): void {
  for (const [index, item] of list.entries()) {
    const isView = ArrayBuffer.isView(item)
    if (!isView && !isSpent(item)) continue
    const why = isView
      ? 'a view cannot move, its buffer can'
      : `the ${Object.prototype.toString.call(item).slice(8, -1)} is detached, closed or locked`
    throw new TypeError(`transfer[${index}] cannot be moved: ${why}.`)
  }
}

/** Whether `value` could have moved, but is detached, closed or locked. */
function isSpent(value: unknown): boolean {
  if (value instanceof ArrayBuffer) return isDetached(value)
  if (isA('ReadableStream', value) || isA('WritableStream', value)) return value.locked
  if (isA('TransformStream', value)) return value.readable.locked || value.writable.locked
  return (
    (isA('ImageBitmap', value) && value.width === 0) ||
    (isA('VideoFrame', value) && value.codedWidth === 0) ||
    (isA('AudioData', value) && value.numberOfFrames === 0)
  )
}

/** One breadth-first walk, so that an object counts at its least depth. */
class Scan {
  readonly found: Transferable[] = []
  #listed: Set<unknown> | undefined
  #level: object[] = []
  #seen: Set<object> | undefined
  #met = 0

  get hasMembers(): boolean {
    return this.#level.length > 0
  }

  look(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    if (value instanceof ArrayBuffer) this.#list(value)
    else if (isPlain(value)) this.#enter(value)
    else if (ArrayBuffer.isView(value)) {
      if (!mayLieInWasmMemory(value)) this.#list(value.buffer)
    } else if (isA('ImageData', value)) this.#list(value.data.buffer)
    else if (isMovable(value)) this.#list(value)
    else if (hasClonedMembers(value)) this.#enter(value)
  }

  /** Looks at the members of everything found on the level before. */
  descend(): void {
    const containers = this.#level
    this.#level = []
    for (const container of containers) this.#open(container)
  }

  /** The first few are not remembered: a set would cost more than looking at them a second time. */
  #enter(container: object): void {
    if (++this.#met > 8) {
      this.#seen ??= new Set()
      if (this.#seen.has(container)) return
      this.#seen.add(container)
    }
    this.#level.push(container)
  }

  #open(container: object): void {
    if (Array.isArray(container)) {
      for (const element of elements(container)) this.look(element)
    } else if (container instanceof Map) {
      for (const [key, member] of container) {
        this.look(key)
        this.look(member)
      }
    } else if (container instanceof Set) {
      for (const member of container) this.look(member)
    } else {
      for (const key of Object.keys(container)) {
        this.look(Object.getOwnPropertyDescriptor(container, key)?.value)
      }
    }
  }

  #list(value: unknown): void {
    if (this.#listed?.has(value) || !isTransferable(value)) return
    this.#listed ??= new Set()
    this.#listed.add(value)
    this.found.push(value)
  }
}

/** An object or array of this realm that is nothing else. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null
}

/** False for objects that the structured clone algorithm copies without their own properties, or not at all. */
function hasClonedMembers(value: object): boolean {
  if (Array.isArray(value) || value instanceof Map || value instanceof Set) return true
  return Object.prototype.toString.call(value) === '[object Object]'
}

/** A sparse array can be far longer than what it holds, so a long one is read by its entries. */
function elements(array: unknown[]): unknown[] {
  return array.length > 100_000 ? Object.values(array) : array
}

function isMovable(value: unknown): value is Transferable {
  if (typeof value !== 'object' || value === null) return false
  return value instanceof ArrayBuffer || MOVABLE.some(name => isA(name, value))
}

/** `instanceof` for a global that this platform may lack. */
function isA<N extends (typeof MOVABLE)[number] | 'ImageData'>(
  name: N,
  value: unknown,
): value is InstanceType<(typeof globalThis)[N]> {
  const Class: unknown = Reflect.get(globalThis, name)
  return typeof Class === 'function' && value instanceof Class
}

function isDetached(buffer: ArrayBuffer): boolean {
  if (buffer.byteLength > 0) return false
  try {
    new Uint8Array(buffer)
    return false
  } catch {
    return true
  }
}

/**
 * A WebAssembly.Memory's buffer refuses to move, and nothing tells it apart without moving it: `detached` and
 * `resizable` are false, and `transfer(length)` reports a bad length before it reports the memory. What is known is that its
 * length is whole pages and that programs hand out windows into it, so such a window is cloned.
 */
function mayLieInWasmMemory(view: ArrayBufferView): boolean {
  const { buffer } = view
  return buffer.byteLength % WASM_PAGE === 0 && view.byteLength < buffer.byteLength
}
