import { show } from './describe.ts'

/** How errors of a class cross between worker and page. */
export type ErrorRegistration<E extends Error, Fields extends object> = {
  /**
   * Identifies the class on both sides. Not taken from the class, because minifiers rename classes, and differently in the
   * page's bundle and in the worker's.
   */
  name: string
  /**
   * The data that crosses beside name, message, stack, cause and `errors`. Values that cannot be cloned are left out.
   * Default: the own enumerable properties, and `code`.
   */
  toFields?: (error: E) => Fields
  /**
   * Makes the error anew from what `toFields` gave. Default: an object of the class that has the fields as properties; its
   * constructor is not called, so a class with private members needs this.
   */
  fromFields?: (fields: Fields, message: string) => E
}

/** A class of errors. Abstract, because a registration does not call it. */
// biome-ignore lint/suspicious/noExplicitAny: whatever its constructor takes.
export type ErrorClass<E extends Error> = abstract new (...args: any[]) => E

export type Registration = { readonly class: ErrorClass<Error> } & ErrorRegistration<Error, object>

const byName = new Map<string, Registration>()
const byPrototype = new WeakMap<object, Registration>()

/**
 * Lets errors of a class arrive as instances of it, so that `instanceof` works in the page for what a worker threw. Call
 * it on both sides, best in a module that both import. An instance of a subclass that is not registered arrives as one of
 * its nearest registered class, under its own name. Where the other side has not registered the name, and where `toFields`
 * or `fromFields` throws, the error arrives as if there were none.
 *
 * The last registration of a name or of a class counts, so that a module may be loaded again.
 *
 * @throws TypeError when `errorClass` is not a subclass of Error, or `name` is not a non-empty string.
 */
export function registerError<E extends Error, Fields extends object = Record<string, unknown>>(
  errorClass: ErrorClass<E>,
  registration: ErrorRegistration<E, Fields>,
): void {
  if (typeof errorClass !== 'function' || !(errorClass.prototype instanceof Error)) {
    throw new TypeError(`registerError: errorClass must be a subclass of Error, got ${show(errorClass)}.`)
  }
  const name: unknown = registration?.name
  if (typeof name !== 'string' || name === '') {
    throw new TypeError(`registerError: name must be a non-empty string, got ${show(name)}.`)
  }
  const entry = { ...registration, class: errorClass } as unknown as Registration
  const replaced = byName.get(name)
  if (replaced) byPrototype.delete(replaced.class.prototype)
  byName.set(name, entry)
  byPrototype.set(errorClass.prototype, entry)
}

/** The registration of an error's nearest registered class. */
export function registrationOf(error: Error): Registration | undefined {
  let prototype: object | null = Object.getPrototypeOf(error)
  while (prototype !== null) {
    const registration = byPrototype.get(prototype)
    if (registration) return registration
    prototype = Object.getPrototypeOf(prototype)
  }
  return undefined
}

/** @param name - as the other side sent it: any value. */
export function registrationNamed(name: unknown): Registration | undefined {
  return byName.get(name as string)
}
