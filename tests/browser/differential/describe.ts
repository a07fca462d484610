/** Describes what has arrived, so that two workers can be asked for the same. */

/** The same text for the same structure: kinds, members and their order, contents of buffers, and which objects are one. */
export function describe(value: unknown): string {
  const numbers = new Map<object, number>()
  const text = (item: unknown): string => {
    if (typeof item !== 'object' || item === null) return `${typeof item} ${String(item)}`
    const known = numbers.get(item)
    if (known !== undefined) return `#${known}`
    numbers.set(item, numbers.size)
    const kind = Object.prototype.toString.call(item).slice(8, -1)
    return `${kind}${contents(item, text)}`
  }
  return text(value)
}

function contents(item: object, text: (member: unknown) => string): string {
  if (item instanceof ArrayBuffer) return `(${bytes(item)})`
  if (ArrayBuffer.isView(item)) return `(${item.byteOffset}, ${item.byteLength}, ${text(item.buffer)})`
  if (item instanceof Map) return `{${[...item].map(([key, member]) => `${text(key)} => ${text(member)}`)}}`
  if (item instanceof Set) return `{${[...item].map(text)}}`
  if (item instanceof Error) return `(${item.name}, ${item.message}, ${text(item.cause)})`
  if (item instanceof ImageData) return `(${item.width}, ${text(item.data)})`
  if (item instanceof ImageBitmap) return `(${item.width})`
  if (item instanceof VideoFrame) return `(${item.codedWidth})`
  if (item instanceof AudioData) return `(${item.numberOfFrames})`
  if (item instanceof OffscreenCanvas) return `(${item.width})`
  if (item instanceof Blob) return `(${item.size})`
  if (item instanceof Date || item instanceof RegExp) return `(${String(item)})`
  const length = Array.isArray(item) ? `${item.length}: ` : ''
  const isPlain = Object.getPrototypeOf(item) === Object.prototype || Array.isArray(item)
  const members = isPlain ? Object.entries(item).map(([key, member]) => `${key}: ${text(member)}`) : []
  return `{${length}${members}}`
}

function bytes(buffer: ArrayBuffer): string {
  return `${buffer.byteLength}: ${[...new Uint8Array(buffer).subarray(0, 4)]}`
}
