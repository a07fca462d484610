/**
 * What the structured clone algorithm takes an object for, told from what the platform made of it: the built-in class that
 * it comes from, in whichever realm (an iframe has an ArrayBuffer of its own), confirmed by an internal slot. Nothing of
 * the user's runs: no `Symbol.toStringTag`, no accessor, no method of a subclass. Only a Proxy's traps cannot be avoided.
 */

/** Classes whose objects can be moved, beside ArrayBuffer. A platform has some of them. */
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

export type MovableSpecies = (typeof MOVABLE)[number] | 'ArrayBuffer'

/** `Object` and `Array`: their own enumerable members are cloned. `other`: cloned without its properties, or not at all. */
export type Species =
  | MovableSpecies
  | 'Object'
  | 'Array'
  | 'Map'
  | 'Set'
  | 'Error'
  | 'AggregateError'
  | 'ImageData'
  | 'other'

/** A built-in class by its name. One that is not listed leaves it to the class that it extends. */
const BY_CLASS = new Map<string, Species>([
  ...MOVABLE.map(name => [name, name] as const),
  ['Error', 'Error'],
  ['AggregateError', 'AggregateError'],
  ['ArrayBuffer', 'ArrayBuffer'],
  ['ImageData', 'ImageData'],
  ['Map', 'Map'],
  ['Set', 'Set'],
  ['Array', 'Object'],
  // Its prototype inherits from Error's, but its cause does not travel.
  ['DOMException', 'other'],
])

/** Classes that are looked up among the globals, too. */
const BY_NAME = [...MOVABLE, 'ImageData'] as const

/** What objects with this prototype come from; a class does not change its ancestors while it is in use. */
const byPrototype = new WeakMap<object, Species>()

/** Prototypes may be Proxies that never end. */
const MAX_ANCESTORS = 100

const { apply, getOwnPropertyDescriptor, getPrototypeOf } = Reflect
const { isArray } = Array
const textOf = Function.prototype.toString

/** The species of any object but a view. A Proxy has that of its target, although it cannot be cloned. */
export function speciesOf(value: object): Species {
  try {
    if (isArray(value)) return 'Array'
    const prototype = getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) return 'Object'
    let species = byPrototype.get(prototype)
    if (species === undefined) {
      species = inherited(prototype)
      byPrototype.set(prototype, species)
    }
    return species === 'Object' || species === 'other' || isGenuine(value, species) ? species : 'Object'
  } catch {
    return 'other'
  }
}

/** The name of the nearest built-in class that an object with this prototype comes from. */
export function builtInName(prototype: object | null): string | undefined {
  for (const [name] of builtIns(prototype)) return name
  return undefined
}

/** The names of the built-in classes that an object with this prototype comes from, nearest first, each with its prototype. */
export function* builtIns(prototype: object | null): Generator<[name: string, prototype: object]> {
  for (let steps = 0; prototype !== null && steps < MAX_ANCESTORS; steps++) {
    const name = classOf(prototype)
    if (name !== undefined) yield [name, prototype]
    prototype = getPrototypeOf(prototype)
  }
}

/**
 * An accessor of a built-in class of this realm, which reads an internal slot of an object from any realm. Where this realm
 * has none, the object's own realm reads it.
 */
export function slotReader(className: string, property: string): (value: object) => unknown {
  const Class: unknown = Reflect.get(globalThis, className)
  const get =
    typeof Class === 'function' ? getOwnPropertyDescriptor(Class.prototype, property)?.get : undefined
  return get ? value => apply(get, value, []) : value => Reflect.get(value, property)
}

function inherited(prototype: object): Species {
  let isOther = false
  for (const [name] of builtIns(prototype)) {
    if (name === 'Object') break
    const species = BY_CLASS.get(name)
    if (species !== undefined) return species
    isOther = true
  }
  return isOther ? 'other' : 'Object'
}

/** The name of the built-in class whose prototype this is. */
function classOf(prototype: object): string | undefined {
  const Class: unknown = getOwnPropertyDescriptor(prototype, 'constructor')?.value
  if (typeof Class !== 'function') return undefined
  if (getOwnPropertyDescriptor(Class, 'prototype')?.value !== prototype) return undefined
  const own = BY_NAME.find(name => Reflect.get(globalThis, name) === Class)
  // Node implements streams in JavaScript.
  if (own !== undefined) return own
  // No function that is written in JavaScript reads like this.
  if (!/^function [\w$. ]*\(\) \{\s*\[native code\]\s*\}$/.test(apply(textOf, Class, []))) return undefined
  const name: unknown = getOwnPropertyDescriptor(Class, 'name')?.value
  return typeof name === 'string' ? name : undefined
}

/** The accessor of each species that tells its objects from those that merely inherit from its prototype. */
const SLOTS: Partial<Record<Species, string>> = {
  ArrayBuffer: 'byteLength',
  AudioData: 'numberOfFrames',
  ImageBitmap: 'width',
  ImageData: 'data',
  Map: 'size',
  MediaStreamTrack: 'readyState',
  MessagePort: 'onmessage',
  OffscreenCanvas: 'width',
  RTCDataChannel: 'readyState',
  ReadableStream: 'locked',
  Set: 'size',
  TransformStream: 'readable',
  VideoFrame: 'codedWidth',
  WritableStream: 'locked',
}

const readers = new Map<Species, (value: object) => unknown>()

/** What the accessor of SLOTS gives. Undefined for a species that has none. */
export function readSlot(value: object, species: Species): unknown {
  const property = SLOTS[species]
  if (property === undefined) return undefined
  let read = readers.get(species)
  if (read === undefined) {
    read = slotReader(species, property)
    readers.set(species, read)
  }
  return read(value)
}

type WithIsError = { isError?: (value: unknown) => boolean }
const { isError } = Error as WithIsError

function isGenuine(value: object, species: Species): boolean {
  if (species === 'Error' || species === 'AggregateError') return isError?.(value) ?? true
  try {
    readSlot(value, species)
    return true
  } catch {
    return false
  }
}
