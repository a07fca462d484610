/** Structural equality, and the text of values for messages. */

export function deepEqual(a: unknown, b: unknown): boolean {
  return same(a, b, new Map())
}

function same(a: unknown, b: unknown, seen: Map<unknown, unknown>): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (seen.get(a) === b) return true
  seen.set(a, b)
  if (tag(a) !== tag(b)) return false
  if (a instanceof Date) return a.getTime() === (b as Date).getTime()
  if (a instanceof RegExp) return String(a) === String(b)
  if (a instanceof ArrayBuffer)
    return same([...new Uint8Array(a)], [...new Uint8Array(b as ArrayBuffer)], seen)
  if (a instanceof Map) return same([...a], [...(b as Map<unknown, unknown>)], seen)
  if (a instanceof Set) return same([...a], [...(b as Set<unknown>)], seen)
  if (a instanceof Error && a.message !== (b as Error).message) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every(key => Object.hasOwn(b, key) && same(Reflect.get(a, key), Reflect.get(b, key), seen))
  )
}

function tag(value: object): string {
  return Object.prototype.toString.call(value)
}

/** The text of any value, short enough for a line. */
export function show(value: unknown): string {
  let text: string
  try {
    if (value instanceof Error) text = `${value.name}: ${value.message}`
    else if (typeof value === 'object' && value !== null) text = JSON.stringify(value, texts) ?? tag(value)
    else text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  } catch {
    text = tag(value as object)
  }
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

function texts(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Map) return { Map: [...value] }
  if (value instanceof Set) return { Set: [...value] }
  return value === undefined ? 'undefined' : value
}
