import { describe, text, tryRead, UNREADABLE } from './describe.ts'
import { addedFields, construct, descentOf } from './platform-classes.ts'
import { type Registration, registrationNamed, registrationOf } from './registry.ts'

/** How many errors deep a chain of causes is carried; below that, only text. */
const MAX_DEPTH = 10

type ErrorEnvelope = {
  atelier: 'error'
  /** The platform's class to build it from. */
  base: string
  /** The platform's own subclass of DOMException that it is an instance of. */
  derived?: string
  /** The name under which its class is registered. */
  registered?: string
  name: string
  message: string
  stack?: string
  cause?: Envelope
  errors?: Envelope[]
  /** What a SuppressedError holds. */
  error?: Envelope
  suppressed?: Envelope
  /** Own enumerable properties, and `code`; or what its class's registration says. */
  fields: [key: string, value: unknown][]
}

type ValueEnvelope = { atelier: 'value'; value: unknown }

/** Anything that was thrown, in a form that structured clone always accepts. */
export type Envelope = ErrorEnvelope | ValueEnvelope

/**
 * Packs what was thrown. Never throws, whatever it is given.
 *
 * Errors keep name, message, stack, cause, `AggregateError.errors`, `code` and those own enumerable fields that can be
 * cloned; where registerError says more of their class, that counts. Other values are cloned; one that cannot be becomes an
 * Error with its text. Errors that are shared or cyclic stay so.
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
  const descent = tryRead(() => descentOf(thrown))
  if (descent === undefined) return packValue(thrown)

  const { base } = descent
  const error = thrown as Error
  const registration = tryRead(() => registrationOf(error))
  const envelope: ErrorEnvelope = {
    atelier: 'error',
    ...descent,
    name: text(() => error.name) ?? base,
    message: text(() => error.message) ?? '',
    fields: tryRead(() => packRegistered(error, registration)) ?? packFields(error, base),
  }
  if (registration) envelope.registered = registration.name
  packed.set(thrown, envelope)
  const stack = text(() => error.stack)
  if (stack !== undefined) envelope.stack = stack
  for (const key of base === 'SuppressedError' ? (['cause', 'error', 'suppressed'] as const) : CAUSE) {
    if (!tryRead(() => Object.hasOwn(error, key))) continue
    envelope[key] = packMember(() => Reflect.get(error, key), depth, packed)
  }
  if (base === 'AggregateError') {
    const errors = tryRead(() => Array.from((error as AggregateError).errors as unknown[])) ?? []
    envelope.errors = errors.map(member => pack(member, depth + 1, packed))
  }
  return envelope
}

function packMember(read: () => unknown, depth: number, packed: Map<unknown, Envelope>): Envelope {
  const member = tryRead(() => ({ value: read() }))
  return member ? pack(member.value, depth + 1, packed) : { atelier: 'value', value: UNREADABLE }
}

function packValue(value: unknown): Envelope {
  const copy = cloned(() => value)
  if (copy) return { atelier: 'value', value: copy.value }
  return { atelier: 'error', base: 'Error', name: 'Error', message: describe(value), fields: [] }
}

const CAUSE = ['cause'] as const
const CARRIED = new Set(['name', 'message', 'stack', 'cause', 'errors'])

function packFields(error: Error, base: string): [string, unknown][] {
  const keys = new Set(tryRead(() => Object.keys(error)) ?? [])
  // Platforms and libraries often define it as an accessor of the class. A DOMException's comes with its name.
  if (base !== 'DOMException') keys.add('code')
  else for (const key of tryRead(() => addedFields(error)) ?? []) keys.add(key)
  const fields: [string, unknown][] = []
  for (const key of keys) {
    if (CARRIED.has(key)) continue
    const copy = cloned(() => Reflect.get(error, key))
    if (copy && (copy.value !== undefined || key !== 'code')) fields.push([key, copy.value])
  }
  return fields
}

/** Undefined where the class is not registered, or leaves the choice of fields to us. */
function packRegistered(
  error: Error,
  registration: Registration | undefined,
): [string, unknown][] | undefined {
  if (!registration?.toFields) return undefined
  return Object.entries(registration.toFields(error)).flatMap(([key, value]): [string, unknown][] => {
    const copy = cloned(() => value)
    return copy ? [[key, copy.value]] : []
  })
}

function unpack(envelope: Envelope, depth: number, unpacked: Map<Envelope, unknown>): unknown {
  if (envelope.atelier === 'value') return envelope.value
  if (unpacked.has(envelope)) return unpacked.get(envelope)
  const error = tryRead(() => revive(envelope)) ?? plain(envelope)
  unpacked.set(envelope, error)
  for (const key of ['name', 'message'] as const) {
    if (typeof envelope[key] === 'string' && text(() => error[key]) !== envelope[key]) {
      define(error, key, envelope[key])
    }
  }
  if (typeof envelope.stack === 'string') define(error, 'stack', envelope.stack)
  const member = (value: unknown) => {
    if (!isEnvelope(value)) return value
    return depth < MAX_DEPTH + 1 ? unpack(value, depth + 1, unpacked) : undefined
  }
  for (const key of ['cause', 'error', 'suppressed'] as const) {
    if (key in envelope) define(error, key, member(envelope[key]))
  }
  if (Array.isArray(envelope.errors)) define(error, 'errors', Object.values(envelope.errors).map(member))
  return error
}

/** An instance of the registered class. Undefined where there is none. */
function revive(envelope: ErrorEnvelope): Error | undefined {
  const registration = registrationNamed(envelope.registered)
  if (!registration) return undefined
  const { class: registered, fromFields } = registration
  if (!fromFields) return Object.setPrototypeOf(plain(envelope), registered.prototype)
  const error = fromFields(Object.fromEntries(fieldsOf(envelope)), messageOf(envelope))
  return error instanceof registered ? error : undefined
}

/** An instance of the platform's class. */
function plain(envelope: ErrorEnvelope): Error {
  const { base, name, derived } = envelope
  const error = construct(base, messageOf(envelope), name, derived)
  for (const [key, value] of fieldsOf(envelope)) define(error, key, value, true)
  return error
}

function messageOf({ message }: ErrorEnvelope): string {
  return typeof message === 'string' ? message : ''
}

/** By their values: a forged array of a few bytes may be sparse and billions long. */
function fieldsOf({ fields }: ErrorEnvelope): [string, unknown][] {
  return Object.values(fields).filter(
    field => Array.isArray(field) && typeof field[0] === 'string' && !CARRIED.has(field[0]),
  )
}

/**
 * Defined, not assigned: a field called `__proto__`, or one that the class has as a getter, stays a plain field. An error
 * that its class has frozen stays as it is.
 */
function define(error: Error, key: string, value: unknown, enumerable = false): void {
  Reflect.defineProperty(error, key, { value, enumerable, writable: true, configurable: true })
}

/** A copy, boxed, so that posting it later cannot fail. Undefined when there is none. */
function cloned(read: () => unknown): { value: unknown } | undefined {
  return tryRead(() => ({ value: structuredClone(read()) }))
}
