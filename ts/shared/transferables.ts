import { byRisk, whyImmovable } from './transfer/movable.ts'
import { acceptsSpentImages } from './transfer/probes.ts'
import { Scan } from './transfer/scan.ts'
import { type Species, speciesOf } from './transfer/species.ts'

export { byRisk } from './transfer/movable.ts'

/**
 * What can move with `value` when it is posted, each object once: what the platform may refuse first, then nearest first.
 *
 * Looks where the structured clone algorithm looks: the value itself and, down to ten steps, the members of arrays
 * (named ones too), Maps, Sets, objects that clone as plain ones (class instances too: their own enumerable properties)
 * and the causes of errors. A view and an ImageData stand for their buffer. Objects may be of another realm. No code of the
 * user's runs but the traps of Proxies, which cannot be cloned anyway. What is known to be refused is left out, because a
 * refusal may come after other objects of the same list are detached; it is then cloned, or fails to clone before
 * anything has moved.
 *
 * @throws TypeError when the value holds an ImageData whose buffer was moved.
 */
export function getTransferables(value: unknown): Transferable[] {
  return listOf(new Scan().run(value))
}

/** getTransferables for the list of a call's arguments, which is an array of our own and costs less to walk. */
export function transferablesOfAll(values: readonly unknown[]): Transferable[] {
  return listOf(new Scan().runOver(values))
}

function listOf({ found, spentImage }: Scan): Transferable[] {
  if (spentImage) throw spentImageError()
  return byRisk(found)
}

/** Whether anything would move with `value`. */
export function hasTransferables(value: unknown): boolean {
  return new Scan().run(value).found.length > 0
}

/** Whether `value` itself is an object that the platform can move now. */
export function isTransferable(value: unknown): value is Transferable {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false
  const species = speciesOf(value)
  return isMovable(species) && whyImmovable(value, species) === undefined
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
    const why = whyNot(item)
    if (why !== undefined) throw new TypeError(`transfer[${index}] cannot be moved: ${why}.`)
  }
}

/**
 * Refuses a value that is posted without a scan for what moves with it.
 *
 * @throws TypeError when it holds an ImageData whose buffer was moved, and the platform would post it as null.
 */
export function refuseSpentImages(value: unknown): void {
  if (acceptsSpentImages() && new Scan().run(value).spentImage) throw spentImageError()
}

function whyNot(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  if (ArrayBuffer.isView(item)) return 'a view cannot move, its buffer can'
  const species = speciesOf(item)
  return isMovable(species) ? whyImmovable(item, species) : undefined
}

function isMovable(species: Species): boolean {
  return !FIXED.has(species)
}

const FIXED = new Set<Species>([
  'Object',
  'Array',
  'Map',
  'Set',
  'Error',
  'AggregateError',
  'ImageData',
  'other',
])

function spentImageError(): TypeError {
  return new TypeError(
    'An ImageData cannot be sent: its buffer was moved, so its pixels are gone. ' +
      'Call with({ transfer: [] }) where it moves first, to send a copy of it.',
  )
}
