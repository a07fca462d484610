/** Reads and words values that may be anything: accessors and proxies among them may throw. Nothing here does. */

/** What `read` gives, or undefined if it throws. */
export function tryRead<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** The string that `read` gives, or undefined. */
export function text(read: () => unknown): string | undefined {
  const value = tryRead(read)
  return typeof value === 'string' ? value : undefined
}

/** What stands for a value that cannot be read. */
export const UNREADABLE = 'a thrown value that cannot be read'

/** The text of any value. */
export function describe(value: unknown): string {
  return text(() => String(value)) ?? text(() => Object.prototype.toString.call(value)) ?? UNREADABLE
}

/** A value as an error message shows it: texts in quotes, functions and classes by their names. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return `the function ${text(() => value.name) || 'without a name'}`
  return describe(value)
}

/** The message of what was thrown, if it has one that is not empty; else its text. */
export function messageOf(thrown: unknown): string {
  return text(() => (thrown as { message?: unknown } | null | undefined)?.message) || describe(thrown)
}
