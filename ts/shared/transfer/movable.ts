import { canTellPinned, hasContext, isDeadPort, isPinned } from './probes.ts'
import { type MovableSpecies, readSlot, type Species, slotReader, speciesOf } from './species.ts'
import { bufferLengthOf, byteLengthOf, isDetached } from './views.ts'

/** Unit of a WebAssembly.Memory's length, in bytes. */
const WASM_PAGE = 65_536

/**
 * Why the platform would refuse to move an object, as far as that can be known beforehand. Undefined: nothing is known against it.
 *
 * @param through - the view that leads to a buffer.
 */
export function whyImmovable(value: object, species: Species, through?: ArrayBufferView): string | undefined {
  switch (species as MovableSpecies) {
    case 'ArrayBuffer':
      return whyBuffer(value as ArrayBuffer, through)
    case 'ImageBitmap':
    case 'VideoFrame':
    case 'AudioData':
      return readSlot(value, species) === 0 ? `the ${species} is closed` : undefined
    case 'ReadableStream':
    case 'WritableStream':
      return readSlot(value, species) === true ? `the ${species} is locked` : undefined
    case 'TransformStream':
      return isLocked(value) ? 'the TransformStream is locked' : undefined
    case 'OffscreenCanvas':
      return hasContext(value) ? 'the OffscreenCanvas has a context or was moved' : undefined
    case 'MessagePort':
      return isDeadPort(value) ? 'the MessagePort was moved' : undefined
    case 'RTCDataChannel':
    case 'MediaSourceHandle':
    case 'MediaStreamTrack':
      return undefined
    default:
      return `a ${species} cannot move`
  }
}

function whyBuffer(buffer: ArrayBuffer, through: ArrayBufferView | undefined): string | undefined {
  if (isDetached(buffer)) return 'the ArrayBuffer is detached'
  const length = bufferLengthOf(buffer)
  if (length % WASM_PAGE !== 0) return undefined
  // Where it cannot be known: programs hand out windows into such a memory.
  const pinned = isPinned(buffer) ?? (through !== undefined && byteLengthOf(through) < length)
  return pinned ? 'the ArrayBuffer belongs to a WebAssembly.Memory' : undefined
}

function isLocked(transform: object): boolean {
  const readable = readSlot(transform, 'TransformStream') as object
  const writable = slotReader('TransformStream', 'writable')(transform) as object
  return readSlot(readable, 'ReadableStream') === true || readSlot(writable, 'WritableStream') === true
}

/** Kinds that an engine may refuse although nothing is known against them, most likely first. */
const RISKY: Species[] = [
  'RTCDataChannel',
  'MediaSourceHandle',
  'MediaStreamTrack',
  'MessagePort',
  'OffscreenCanvas',
]
const SUSPECT = RISKY.length
const SAFE = RISKY.length + 1

/**
 * A list in the order in which an engine should come to its objects that detaches one after the other: what it may
 * refuse comes first, so that nothing else has moved by then.
 */
export function byRisk(list: Transferable[]): Transferable[] {
  if (list.length < 2) return list
  const groups: Transferable[][] = Array.from({ length: SAFE + 1 }, () => [])
  for (const item of list) groups[riskOf(item)]?.push(item)
  return groups.flat()
}

function riskOf(item: Transferable): number {
  const species = speciesOf(item)
  if (species !== 'ArrayBuffer') return RISKY.includes(species) ? RISKY.indexOf(species) : SAFE
  return bufferLengthOf(item) % WASM_PAGE === 0 && !canTellPinned() ? SUSPECT : SAFE
}
