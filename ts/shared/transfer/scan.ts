import { whyImmovable } from './movable.ts'
import { readSlot, type Species, speciesOf } from './species.ts'
import { bufferOf, isDetached, isUnshared } from './views.ts'

/** How far from the root an object may lie, in steps from a value to one of its members, to be moved and not cloned. */
const MAX_DEPTH = 10

/** Bounds the walk: a Proxy may have members without end. Objects are dearer to open than to look at. */
const MAX_COST = 4_000_000
const OPENING_COST = 20

/** Longer arrays are read by index, without their named properties: to list the names of 100,000 elements costs as much as to clone them. */
const MAX_LISTED = 1_000

/** A long array with more holes than this is read by what it holds: a sparse array can be four billion elements long. */
const MAX_HOLES = 100

/** Species whose members are looked at. */
const OPENED = new Set<Species>(['Object', 'Array', 'Map', 'Set', 'Error', 'AggregateError'])

/** What costs less to search or to do again than to keep in a Set. */
const FEW = 8

/** After so many containers the walk becomes suspicious of members that differ each time they are asked for. */
const MANY = 1_000

const { apply } = Reflect
const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn, keys } = Object
const plainPrototype = Object.prototype
const forEachEntry = Map.prototype.forEach
const forEachMember = Set.prototype.forEach
/** Unlike a descriptor, it takes no memory. */
const lookupGetter = (Object.prototype as { __lookupGetter__?: (key: PropertyKey) => unknown })
  .__lookupGetter__

/** One breadth-first walk over what structured clone reaches, so that an object counts at its least depth. */
export class Scan {
  readonly found: Transferable[] = []
  /** An ImageData whose buffer has moved away. Chromium delivers null in place of a message that holds one. */
  spentImage: object | undefined
  #listed: Set<object> | undefined
  /** Containers to open, each with its species behind it. */
  #level: (object | Species)[] = []
  #seen: Set<object> | undefined
  #met = 0
  #cost = 0

  /** Walks from `value`. */
  run(value: unknown): this {
    this.#look(value)
    return this.#walk(0)
  }

  /** Walks from an array of our own making, whose elements are as they seem. */
  runOver(values: readonly unknown[]): this {
    for (const value of values) this.#look(value)
    return this.#walk(1)
  }

  #walk(from: number): this {
    for (let depth = from; depth < MAX_DEPTH && this.#level.length > 0; depth++) this.#descend()
    return this
  }

  #look(value: unknown): void {
    this.#cost++
    if (typeof value !== 'object' || value === null) return
    if (isPlain(value)) {
      this.#enter(value, 'Object')
      return
    }
    if (ArrayBuffer.isView(value)) {
      const buffer = bufferOf(value)
      if (isUnshared(buffer)) this.#list(buffer, 'ArrayBuffer', value)
      return
    }
    const species = speciesOf(value)
    if (OPENED.has(species)) this.#enter(value, species)
    else if (species === 'ImageData') this.#lookAtImage(value)
    else if (species !== 'other') this.#list(value, species)
  }

  #lookAtImage(image: object): void {
    const data = readSlot(image, 'ImageData')
    if (!ArrayBuffer.isView(data)) return
    const buffer = bufferOf(data) as ArrayBuffer
    if (isDetached(buffer)) this.spentImage ??= image
    else this.#list(buffer, 'ArrayBuffer', data)
  }

  /** The first few are not remembered: a set would cost more than looking at them a second time. */
  #enter(container: object, species: Species): void {
    if (++this.#met > FEW) {
      this.#seen ??= new Set()
      if (this.#seen.has(container)) return
      this.#seen.add(container)
    }
    this.#level.push(container, species)
  }

  /** Looks at the members of everything found on the level before. */
  #descend(): void {
    const level = this.#level
    this.#level = []
    for (let index = 0; index < level.length && this.#cost < MAX_COST; index += 2) {
      this.#cost += OPENING_COST
      try {
        this.#open(level[index] as object, level[index + 1] as Species)
      } catch {
        // A Proxy whose trap throws. The platform refuses every Proxy before anything moves.
      }
    }
  }

  #open(container: object, species: Species): void {
    if (species === 'Object') this.#openNamed(container, keys(container))
    else if (species === 'Array') this.#openArray(container as unknown[])
    else if (species === 'Set') apply(forEachMember, container, [(member: unknown) => this.#look(member)])
    else if (species === 'Map') {
      const look = (member: unknown, key: unknown) => {
        this.#look(key)
        this.#look(member)
      }
      apply(forEachEntry, container, [look])
    } else this.#openError(container, species)
  }

  #openNamed(container: object, names: string[]): void {
    let isTrusted = this.#met < MANY
    for (const name of names) {
      const member: unknown = getOwnPropertyDescriptor(container, name)?.value
      if (typeof member !== 'object' || member === null) continue
      if (!isTrusted) {
        // A Proxy may make its members when it is asked for them, and theirs, without end.
        if (getOwnPropertyDescriptor(container, name)?.value !== member) return
        isTrusted = true
      }
      this.#look(member)
    }
  }

  #openArray(array: unknown[]): void {
    const { length } = array
    const names = length <= MAX_LISTED ? keys(array) : undefined
    if (names && names.length !== length) {
      this.#openNamed(array, names)
      return
    }
    let holes = names ? MAX_HOLES : 0
    for (let index = 0; index < length && this.#cost < MAX_COST; index++) {
      this.#cost++
      const element = isAccessor(array, index) ? undefined : array[index]
      if (typeof element === 'object') this.#look(element)
      else if (element === undefined && !hasOwn(array, index) && ++holes > MAX_HOLES) {
        this.#openNamed(array, names ?? keys(array))
        return
      }
    }
  }

  /** Of an error, engines clone the cause and some the errors; none of its other properties. */
  #openError(error: object, species: Species): void {
    const carries = carriedMembers()
    if (carries.cause) this.#look(getOwnPropertyDescriptor(error, 'cause')?.value)
    if (carries.errors && species === 'AggregateError') {
      this.#look(getOwnPropertyDescriptor(error, 'errors')?.value)
    }
  }

  /** @param through - the view that leads to it. */
  #list(value: object, species: Species, through?: ArrayBufferView): void {
    if (this.#isListed(value) || whyImmovable(value, species, through) !== undefined) return
    this.found.push(value as Transferable)
    this.#listed?.add(value)
  }

  #isListed(value: object): boolean {
    if (this.found.length < FEW) return this.found.includes(value as Transferable)
    this.#listed ??= new Set(this.found)
    return this.#listed.has(value)
  }
}

/** The most frequent species, told fast. */
function isPlain(value: object): boolean {
  try {
    return getPrototypeOf(value) === plainPrototype
  } catch {
    return false
  }
}

function isAccessor(array: unknown[], index: number): boolean {
  if (lookupGetter) return lookupGetter.call(array, index) !== undefined
  return getOwnPropertyDescriptor(array, index)?.get !== undefined
}

let carried: { cause: boolean; errors: boolean } | undefined

/** Which members of errors this engine clones. */
export function carriedMembers(): { cause: boolean; errors: boolean } {
  if (carried === undefined) {
    const copy = structuredClone(new AggregateError([1], '', { cause: 1 }))
    carried = { cause: copy.cause === 1, errors: Array.isArray(copy.errors) }
  }
  return carried
}
