import { builtIns } from '../transfer/species.ts'

/** Error classes that arrive as themselves. A platform has some of them, each global or a member of WebAssembly. */
const NAMES = [
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'AggregateError',
  'SuppressedError',
  'InternalError',
  'CompileError',
  'LinkError',
  'RuntimeError',
] as const

export type ErrorBase = (typeof NAMES)[number] | 'DOMException'

/** The platform's class of an error, and, where that is a DOMException, the platform's own subclass, such as QuotaExceededError. */
export type Descent = { base: ErrorBase; derived?: string }

const { isError } = Error as { isError?: (value: unknown) => boolean }

/** What an error of any realm comes from. Undefined for a value that is no error. May throw, as a Proxy's traps do. */
export function descentOf(thrown: unknown): Descent | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined
  // Node's DOMException is written in JavaScript, so that it is not found among the built-in classes.
  const isException = typeof DOMException === 'function' && thrown instanceof DOMException
  let derived: string | undefined
  for (const [name] of builtIns(Reflect.getPrototypeOf(thrown))) {
    if (name === 'DOMException' || (isException && isErrorBase(name))) {
      return derived === undefined ? { base: 'DOMException' } : { base: 'DOMException', derived }
    }
    if (isErrorBase(name)) return { base: name }
    derived ??= name
  }
  // Its prototype may have been taken away.
  return isError?.(thrown) ? { base: 'Error' } : undefined
}

/** The names of what a platform's own subclass of DOMException adds to it. */
export function addedFields(error: object): string[] {
  const names: string[] = []
  for (const [name, prototype] of builtIns(Reflect.getPrototypeOf(error))) {
    if (name === 'DOMException' || isErrorBase(name)) break
    names.push(...Object.keys(prototype))
  }
  return names
}

/** A new error of a platform's class; an Error where there is no such class here. */
export function construct(base: unknown, message: string, name: unknown, derived: unknown): Error {
  if (base === 'DOMException' && typeof DOMException === 'function') {
    const error = typeof name === 'string' ? new DOMException(message, name) : new DOMException(message)
    const Derived: unknown = typeof derived === 'string' ? Reflect.get(globalThis, derived) : undefined
    const isKnown = typeof Derived === 'function' && Derived.prototype instanceof DOMException
    return isKnown ? Object.setPrototypeOf(error, Derived.prototype) : error
  }
  const Class = isErrorBase(base) ? classNamed(base) : classNamed('Error')
  const before =
    base === 'AggregateError' ? [[]] : base === 'SuppressedError' && Class !== Error ? [0, 0] : []
  return new Class(...before, message)
}

type AnyErrorClass = new (...args: unknown[]) => Error

function classNamed(name: ErrorBase): AnyErrorClass {
  const isOfWasm = typeof WebAssembly === 'object' && Object.hasOwn(WebAssembly, name)
  const Class: unknown = Reflect.get(isOfWasm ? WebAssembly : globalThis, name)
  return (typeof Class === 'function' ? Class : Error) as AnyErrorClass
}

function isErrorBase(name: unknown): name is (typeof NAMES)[number] {
  return (NAMES as readonly unknown[]).includes(name)
}
