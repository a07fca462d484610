/** Reads buffers and views by the platform's own accessors, which a subclass or an own property cannot replace. */

import { speciesOf } from './species.ts'

const { getOwnPropertyDescriptor, getPrototypeOf } = Reflect

const TypedArray = getPrototypeOf(Uint8Array) as { prototype: object }
const typedBuffer = getter(TypedArray.prototype, 'buffer')
const typedTag = getter(TypedArray.prototype, Symbol.toStringTag)
const dataViewBuffer = getter(DataView.prototype, 'buffer')
const dataViewLength = getter(DataView.prototype, 'byteLength')
const typedLength = getter(TypedArray.prototype, 'byteLength')
const bufferLength = getter(ArrayBuffer.prototype, 'byteLength')
const bufferDetached = getOwnPropertyDescriptor(ArrayBuffer.prototype, 'detached')?.get

/** The buffer under a view. */
export function bufferOf(view: ArrayBufferView): ArrayBufferLike {
  return isTyped(view) ? typedBuffer.call(view) : dataViewBuffer.call(view)
}

/** Whether the buffer under a view is an ArrayBuffer. */
export function isUnshared(buffer: ArrayBufferLike): buffer is ArrayBuffer {
  return getPrototypeOf(buffer) === ArrayBuffer.prototype || speciesOf(buffer) === 'ArrayBuffer'
}

/** In bytes; 0 for a view that has lost its buffer, or lies outside of one that was resized. */
export function byteLengthOf(view: ArrayBufferView): number {
  if (isTyped(view)) return typedLength.call(view)
  try {
    return dataViewLength.call(view)
  } catch {
    return 0
  }
}

/** Of an ArrayBuffer, not a shared one, in bytes. */
export function bufferLengthOf(buffer: object): number {
  return bufferLength.call(buffer)
}

export function isDetached(buffer: ArrayBuffer): boolean {
  if (bufferDetached) return bufferDetached.call(buffer)
  if (bufferLengthOf(buffer) > 0) return false
  try {
    new Uint8Array(buffer)
    return false
  } catch {
    return true
  }
}

function isTyped(view: ArrayBufferView): boolean {
  return typedTag.call(view) !== undefined
}

function getter(prototype: object, key: PropertyKey): (this: object) => never {
  return getOwnPropertyDescriptor(prototype, key)?.get as (this: object) => never
}
