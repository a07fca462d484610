import { show } from './errors/describe.ts'
import { whyImmovable } from './transfer/movable.ts'
import { carriedMembers } from './transfer/scan.ts'
import { builtIns, readSlot, type Species, speciesOf } from './transfer/species.ts'
import { bufferOf, byteLengthOf, isDetached, isUnshared } from './transfer/views.ts'

/** Bounds the search, which is made only for the message of a call that has failed. */
const MAX_VALUES = 20_000

/** How many bytes and objects may be cloned once more to find a Proxy. */
const MAX_CLONED_BYTES = 1_000_000
const MAX_CLONED_OBJECTS = 5_000

const PROXY =
  'a Proxy, such as a reactive object of Vue or MobX: pass a plain copy of it, or what it stands for, as toRaw(x) gives it'

const { apply, getOwnPropertyDescriptor } = Reflect
const forEachEntry = Map.prototype.forEach
const forEachMember = Set.prototype.forEach

/**
 * Says what keeps a value from being cloned and where it is, for example `args[0].items[3] is a function`. Runs none of the
 * user's code but the traps of Proxies.
 *
 * @param root - what the value is called in the text.
 * @param moving - what moves with the value, and is no obstacle therefore.
 * @returns undefined when nothing is found.
 */
export function explainUncloneable(
  value: unknown,
  root: string,
  moving: readonly unknown[] = [],
): string | undefined {
  const search = new Search(new Set(moving))
  try {
    search.add(value, undefined, root)
    for (const node of search.nodes) {
      const obstacle = search.obstacleIn(node)
      if (obstacle !== undefined) return `${pathOf(node)} is ${obstacle}`
    }
    return search.findProxy()
  } catch {
    return undefined
  }
}

type Node = {
  value: unknown
  /** Whatever holds it; the first leads to it by the shortest path. */
  parents: Node[]
  /** How it is reached from its first parent; at the root, its name. */
  step: string
  species?: Species
  /** Cloning it says nothing of it, or costs too much. */
  isUntestable?: boolean
  hasAccessor?: boolean
}

/** Breadth first, so that the shortest path is named. */
class Search {
  readonly nodes: Node[] = []
  readonly #moving: Set<unknown>
  readonly #nodeOf = new Map<unknown, Node>()
  #bytes = 0
  /** Whether values were left out. */
  #isCut = false

  constructor(moving: Set<unknown>) {
    this.#moving = moving
  }

  add(value: unknown, parent: Node | undefined, step: string): void {
    if (value === null || (typeof value !== 'object' && !isForbidden(value))) return
    const known = this.#nodeOf.get(value)
    if (known) {
      if (parent) adopt(parent, known)
      return
    }
    this.#isCut = this.nodes.length >= MAX_VALUES
    if (this.#isCut) return
    const node = { value, parents: parent ? [parent] : [], step }
    this.#nodeOf.set(value, node)
    this.nodes.push(node)
  }

  /** What keeps the value itself from being cloned. Adds its members to the search if nothing does. */
  obstacleIn(node: Node): string | undefined {
    const { value } = node
    if (typeof value === 'function')
      return show(value).replace(/^the /, 'a ').replace('a function without a name', 'a function')
    if (typeof value === 'symbol') return `the symbol ${show(value)}`
    if (ArrayBuffer.isView(value)) return this.#obstacleInView(node, value)
    const object = value as object
    const species = speciesOf(object)
    node.species = species
    if (MEMBERS.has(species)) this.#addMembers(node, object, species)
    else if (species === 'ImageData') return obstacleInImage(object)
    else if (species === 'other') return obstacleInOther(object)
    else return this.#obstacleInMovable(node, object, species)
    return undefined
  }

  #obstacleInView(node: Node, view: ArrayBufferView): string | undefined {
    const buffer = bufferOf(view)
    if (isUnshared(buffer)) {
      if (isDetached(buffer)) return 'a view of a buffer that was moved'
      this.#count(node, byteLengthOf(view))
    } else if (!isCloneable(view)) return `a view of ${UNSHAREABLE}`
    return undefined
  }

  #obstacleInMovable(node: Node, object: object, species: Species): string | undefined {
    const why = whyImmovable(object, species)
    if (species === 'ArrayBuffer') {
      if (isDetached(object as ArrayBuffer)) return 'an ArrayBuffer that was moved'
      this.#count(node, (object as ArrayBuffer).byteLength)
    } else if (why !== undefined) return `${article(species)}, which cannot be sent: ${why}`
    else if (!this.#moving.has(object) && !isPicture(species))
      return `${article(species)} that does not move with the call`
    markUntestable(node)
    return undefined
  }

  #count(node: Node, bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes > MAX_CLONED_BYTES) markUntestable(node)
  }

  #addMembers(node: Node, object: object, species: Species): void {
    if (species === 'Map') this.#addEntries(node, object)
    else if (species === 'Set') {
      let index = 0
      apply(forEachMember, object, [(member: unknown) => this.add(member, node, `<member ${index++}>`)])
    } else if (species === 'Error' || species === 'AggregateError') this.#addOfError(node, object, species)
    else for (const key of Object.keys(object)) this.#addProperty(node, object, key, species)
  }

  #addEntries(node: Node, map: object): void {
    let index = 0
    const add = (member: unknown, key: unknown) => {
      this.add(key, node, `<key ${index}>`)
      const isPlain = typeof key === 'string' || typeof key === 'number'
      this.add(member, node, isPlain ? `.get(${show(key)})` : `<value ${index}>`)
      index++
    }
    apply(forEachEntry, map, [add])
  }

  #addOfError(node: Node, error: object, species: Species): void {
    const carries = carriedMembers()
    if (carries.cause) this.#addProperty(node, error, 'cause', species)
    if (carries.errors && species === 'AggregateError') this.#addProperty(node, error, 'errors', species)
  }

  #addProperty(node: Node, object: object, key: string, species: Species): void {
    const property = getOwnPropertyDescriptor(object, key)
    // To clone it once more would call the accessor once more.
    if (property?.get) {
      node.hasAccessor = true
      markUntestable(node)
    }
    const isIndex = species === 'Array' && /^\d+$/.test(key)
    this.add(
      property?.value,
      node,
      isIndex ? `[${key}]` : /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${show(key)}]`,
    )
  }

  /**
   * Nothing tells a Proxy from its target but that it cannot be cloned. So what looks innocent is cloned, from the inside
   * out, until something cannot be.
   */
  findProxy(): string | undefined {
    const containers = this.nodes.filter(({ species }) => species !== undefined && MEMBERS.has(species))
    if (this.#isCut || containers.length > MAX_CLONED_OBJECTS) return undefined
    const inner = containers.reverse()
    const found = inner.find(node => !node.isUntestable && !isCloneable(node.value))
    if (found) return `${pathOf(found)} is ${PROXY}`
    const suspect = inner.find(({ hasAccessor }) => hasAccessor)
    return suspect && `${pathOf(suspect)} has accessors, and may be ${PROXY}`
  }
}

const MEMBERS = new Set<Species>(['Object', 'Array', 'Map', 'Set', 'Error', 'AggregateError'])

const UNSHAREABLE = 'shared memory, which only a cross-origin isolated page can share'

function obstacleInImage(image: object): string | undefined {
  const data = readSlot(image, 'ImageData')
  const isSpent = ArrayBuffer.isView(data) && isDetached(bufferOf(data) as ArrayBuffer)
  return isSpent ? 'an ImageData whose buffer was moved' : undefined
}

/** The platform clones it without looking at its properties, or not at all. */
function obstacleInOther(object: object): string | undefined {
  if (isCloneable(object)) return undefined
  const names = [...builtIns(Reflect.getPrototypeOf(object))].map(([name]) => name)
  const name = names[0] ?? 'object'
  if (names.includes('SharedArrayBuffer')) return UNSHAREABLE
  return names.includes('Node') ? `a DOM node (${name})` : article(name)
}

function isForbidden(value: unknown): boolean {
  return typeof value === 'function' || typeof value === 'symbol'
}

/** These can be cloned, too. */
function isPicture(species: Species): boolean {
  return species === 'ImageBitmap' || species === 'VideoFrame' || species === 'AudioData'
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}

/** To clone what holds a value is to clone the value. */
function markUntestable(node: Node): void {
  const marked = [node]
  for (const at of marked) {
    if (at.isUntestable) continue
    at.isUntestable = true
    marked.push(...at.parents)
  }
}

/** Notes that a value that was found before is held by one more. */
function adopt(parent: Node, node: Node): void {
  if (node.parents.at(-1) !== parent) node.parents.push(parent)
  if (node.isUntestable) markUntestable(parent)
}

function article(name: string): string {
  return /^[AEIOU]/.test(name) ? `an ${name}` : `a ${name}`
}

function pathOf(node: Node): string {
  const steps: string[] = []
  for (let at: Node | undefined = node; at; at = at.parents[0]) steps.unshift(at.step)
  return steps.join('')
}
