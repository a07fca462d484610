/** How many errors deep a chain of causes is carried; below that, only text. */
const MAX_DEPTH = 10

/** Error classes that arrive as themselves, subclasses before their base. What else is an Error arrives as an Error. */
const NATIVE = { TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError } as const

type ErrorEnvelope = {
  atelier: 'error'
  /** The platform's class to build it from. */
  base: keyof typeof NATIVE | 'Error' | 'AggregateError' | 'DOMException'
  name: string
  message: string
  stack?: string
  cause?: Envelope
  errors?: Envelope[]
  /** Own enumerable properties, and `code`. */
  fields: [key: string, value: unknown][]
}

type ValueEnvelope = { atelier: 'value'; value: unknown }

/** Anything that was thrown, in a form that structured clone always accepts. */
export type Envelope = ErrorEnvelope | ValueEnvelope

/**
 * Packs what was thrown. Never throws, whatever it is given.
 *
 * Errors keep name, message, stack, cause, `AggregateError.errors`, `code` and those own enumerable fields that can be cloned.
 * Other values are cloned; one that cannot be becomes an Error with its text. Errors that are shared or cyclic stay so.
 */
export function toEnvelope(thrown: unknown): Envelope {
  return pack(thrown, 0, new Map())
}

export function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null || !('atelier' in value)) return false
  if (value.atelier === 'value') return 'value' in value
  return value.atelier === 'error' && 'fields' in value && Array.isArray(value.fields)
}

/** What was thrown on the other side. `stack` is the other side's. Accepts malformed envelopes: what is wrong in one is left out. */
export function fromEnvelope(envelope: Envelope): unknown {
  return unpack(envelope, 0, new Map())
}

function pack(thrown: unknown, depth: number, packed: Map<unknown, Envelope>): Envelope {
  const known = packed.get(thrown)
  if (known) return known
  if (depth > MAX_DEPTH) return { atelier: 'value', value: describe(thrown) }
  const base = attempt(() => baseOf(thrown))
  if (base === undefined) return packValue(thrown)

  const error = thrown as Error
  const envelope: ErrorEnvelope = {
    atelier: 'error',
    base,
    name: text(() => error.name) ?? base,
    message: text(() => error.message) ?? '',
    fields: packFields(error),
  }
  packed.set(thrown, envelope)
  const stack = text(() => error.stack)
  if (stack !== undefined) envelope.stack = stack
  if (attempt(() => Object.hasOwn(error, 'cause'))) {
    envelope.cause = packMember(() => error.cause, depth, packed)
  }
  if (base === 'AggregateError') {
    const errors = attempt(() => Array.from((error as AggregateError).errors as unknown[])) ?? []
    envelope.errors = errors.map(member => pack(member, depth + 1, packed))
  }
  return envelope
}

function packMember(read: () => unknown, depth: number, packed: Map<unknown, Envelope>): Envelope {
  const member = attempt(() => ({ value: read() }))
  return member ? pack(member.value, depth + 1, packed) : { atelier: 'value', value: UNREADABLE }
}

function packValue(value: unknown): Envelope {
  const copy = cloned(() => value)
  if (copy) return { atelier: 'value', value: copy.value }
  return { atelier: 'error', base: 'Error', name: 'Error', message: describe(value), fields: [] }
}

const CARRIED = new Set(['name', 'message', 'stack', 'cause', 'errors'])

function packFields(error: Error): [string, unknown][] {
  const keys = new Set(attempt(() => Object.keys(error)) ?? [])
  // Platforms and libraries often define it as an accessor of the class. A DOMException's comes with its name.
  if (!(typeof DOMException === 'function' && error instanceof DOMException)) keys.add('code')
  const fields: [string, unknown][] = []
  for (const key of keys) {
    if (CARRIED.has(key)) continue
    const copy = cloned(() => Reflect.get(error, key))
    if (copy && (copy.value !== undefined || key !== 'code')) fields.push([key, copy.value])
  }
  return fields
}

function baseOf(thrown: unknown): ErrorEnvelope['base'] | undefined {
  if (!(thrown instanceof Error)) return undefined
  if (typeof DOMException === 'function' && thrown instanceof DOMException) return 'DOMException'
  if (thrown instanceof AggregateError) return 'AggregateError'
  for (const [name, native] of Object.entries(NATIVE)) {
    if (thrown instanceof native) return name as keyof typeof NATIVE
  }
  return 'Error'
}

function unpack(envelope: Envelope, depth: number, unpacked: Map<Envelope, unknown>): unknown {
  if (envelope.atelier === 'value') return envelope.value
  if (unpacked.has(envelope)) return unpacked.get(envelope)
  const error = construct(envelope)
  unpacked.set(envelope, error)
  for (const field of envelope.fields) {
    if (Array.isArray(field) && typeof field[0] === 'string') define(error, field[0], field[1], true)
  }
  if (error.name !== envelope.name && typeof envelope.name === 'string') define(error, 'name', envelope.name)
  if (typeof envelope.stack === 'string') define(error, 'stack', envelope.stack)
  const member = (value: unknown) => {
    if (!isEnvelope(value)) return value
    return depth < MAX_DEPTH + 1 ? unpack(value, depth + 1, unpacked) : undefined
  }
  if ('cause' in envelope) define(error, 'cause', member(envelope.cause))
  if (Array.isArray(envelope.errors)) define(error, 'errors', envelope.errors.map(member))
  return error
}

function construct({ base, name, message }: ErrorEnvelope): Error {
  const text = typeof message === 'string' ? message : ''
  if (base === 'DOMException' && typeof DOMException === 'function') return new DOMException(text, name)
  if (base === 'AggregateError') return new AggregateError([], text)
  const Native = Object.hasOwn(NATIVE, base) ? NATIVE[base as keyof typeof NATIVE] : Error
  return new Native(text)
}

/** Defined, not assigned: a field called `__proto__`, or one that the class has as a getter, stays a plain field. */
function define(error: Error, key: string, value: unknown, enumerable = false): void {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true })
}

const UNREADABLE = 'a thrown value that cannot be read'

function describe(value: unknown): string {
  return text(() => String(value)) ?? text(() => Object.prototype.toString.call(value)) ?? UNREADABLE
}

/** The string that `read` gives, or undefined: accessors and proxies of the thrown value may do anything. */
function text(read: () => unknown): string | undefined {
  const value = attempt(read)
  return typeof value === 'string' ? value : undefined
}

/** A copy, boxed, so that posting it later cannot fail. Undefined when there is none. */
function cloned(read: () => unknown): { value: unknown } | undefined {
  return attempt(() => ({ value: structuredClone(read()) }))
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
