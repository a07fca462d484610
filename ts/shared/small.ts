/** Fields and elements, nested ones included, up to which a value is small. */
const MAX_MEMBERS = 32

/** Length up to which a text is small, in UTF-16 code units. */
const MAX_TEXT = 256

/**
 * A copy of values as a message would bring it, for values that are small; undefined for others, and for what cannot be cloned.
 *
 * Small are a few plain objects and arrays with primitives in them: to copy those costs less than a message of their own.
 */
export function copyIfSmall<T extends unknown[]>(values: T): T | undefined {
  try {
    return take(values, MAX_MEMBERS) >= 0 ? structuredClone(values) : undefined
  } catch {
    return undefined
  }
}

/** What is left of a budget of members; negative where the value is not small. Reads no accessor. */
function take(value: unknown, budget: number): number {
  if (typeof value === 'string') return value.length <= MAX_TEXT ? budget : -1
  if (typeof value !== 'object' || value === null) return budget
  const prototype = Object.getPrototypeOf(value)
  if (Array.isArray(value) ? value.length > budget : prototype !== Object.prototype) return -1
  let left = budget
  for (const key of Object.keys(value)) {
    const member = Object.getOwnPropertyDescriptor(value, key)
    if (!member || !('value' in member)) return -1
    left = take(member.value, left - 1)
    if (left < 0) return -1
  }
  return left
}
