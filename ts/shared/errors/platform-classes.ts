import { builtInName, builtIns } from '../transfer/species.ts'

/** What an error comes from. */
export type Descent = {
  /** The platform's class to build it from. */
  base: string
  /** The platform's own subclass of DOMException, such as QuotaExceededError, where `base` is that. */
  derived?: string
}

const { isError } = Error as { isError?: (value: unknown) => boolean }

/** What an error of any realm comes from. Undefined for a value that is no error. May throw, as a Proxy's traps do. */
export function descentOf(thrown: unknown): Descent | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined
  const names = [...builtIns(Reflect.getPrototypeOf(thrown))].map(([name]) => name)
  const [nearest = 'Error'] = names
  if (names.includes('DOMException')) {
    return nearest === 'DOMException' ? { base: nearest } : { base: 'DOMException', derived: nearest }
  }
  // Node's is written in JavaScript, so that it is not found among the built-in classes.
  if (typeof DOMException === 'function' && thrown instanceof DOMException) return { base: 'DOMException' }
  if (names.includes('Error')) return { base: nearest }
  // Its prototype may have been taken away.
  return isError?.(thrown) ? { base: 'Error' } : undefined
}

/** The names of what a platform's own subclass of DOMException adds to it. */
export function addedFields(error: object): string[] {
  const names: string[] = []
  for (const [name, prototype] of builtIns(Reflect.getPrototypeOf(error))) {
    if (name === 'DOMException' || name === 'Error') break
    names.push(...Object.keys(prototype))
  }
  return names
}

/** A new error of a platform's class; an Error where there is no such class here. The parameters may hold anything. */
export function construct(base: unknown, message: string, name: unknown, derived: unknown): Error {
  if (base === 'DOMException' && typeof DOMException === 'function') {
    const error = typeof name === 'string' ? new DOMException(message, name) : new DOMException(message)
    const Derived = typeof derived === 'string' ? errorClass(derived) : undefined
    return Derived ? Object.setPrototypeOf(error, Derived.prototype) : error
  }
  const Class = typeof base === 'string' ? errorClass(base) : undefined
  if (!Class || (typeof DOMException === 'function' && Class.prototype instanceof DOMException)) {
    return new Error(message)
  }
  if (base === 'AggregateError') return new Class([], message)
  return base === 'SuppressedError' ? new Class(undefined, undefined, message) : new Class(message)
}

type ErrorClass = new (...args: unknown[]) => Error

/** A class of the platform's by its name: a global, or a member of WebAssembly. */
function errorClass(name: string): ErrorClass | undefined {
  const isOfWasm = typeof WebAssembly === 'object' && Object.hasOwn(WebAssembly, name)
  const Class: unknown = Reflect.get(isOfWasm ? WebAssembly : globalThis, name)
  if (typeof Class !== 'function' || builtInName(Class.prototype) !== name) return undefined
  return Class === Error || Class.prototype instanceof Error ? (Class as ErrorClass) : undefined
}
