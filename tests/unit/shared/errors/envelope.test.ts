import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Envelope, fromEnvelope, isEnvelope, toEnvelope } from '../../../../ts/shared/errors/envelope.ts'
import { registerError } from '../../../../ts/shared/errors/registry.ts'

/** What the page gets for a value thrown in a worker. */
function carried(thrown: unknown): unknown {
  return fromEnvelope(structuredClone(toEnvelope(thrown)))
}

/** An error whose chain of causes has that many members, itself included. */
function chain(length: number): Error {
  let error = new Error(`cause ${length - 1}`)
  for (let index = length - 2; index >= 0; index--) error = new Error(`cause ${index}`, { cause: error })
  return error
}

describe('an error that crosses', () => {
  it('keeps name, message and the stack of the worker', () => {
    const thrown = new Error('no such pixel')
    thrown.name = 'PixelError'
    const error = carried(thrown) as Error
    expect(error).toBeInstanceOf(Error)
    expect(error).not.toBe(thrown)
    expect(error.name).toBe('PixelError')
    expect(error.message).toBe('no such pixel')
    expect(error.stack).toBe(thrown.stack)
    expect(Object.keys(error)).toEqual([])
  })

  it.each([TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError])(
    'arrives as a %o',
    Native => {
      const error = carried(new Native('bad'))
      expect(error).toBeInstanceOf(Native)
      expect(error).toMatchObject({ name: Native.name, message: 'bad' })
    },
  )

  it('arrives as its native base, under its own name, when its class is the application’s', () => {
    class LimitError extends RangeError {
      override name = 'LimitError'
      constructor(readonly limit: number) {
        super(`over ${limit}`)
      }
    }
    const error = carried(new LimitError(7))
    expect(error).toBeInstanceOf(RangeError)
    expect(error).toMatchObject({ name: 'LimitError', message: 'over 7', limit: 7 })
  })

  it('stays a DOMException, with its code', () => {
    const thrown = Object.assign(new DOMException('stop', 'AbortError'), { detail: { at: 3 } })
    const error = carried(thrown) as DOMException
    expect(error).toBeInstanceOf(DOMException)
    expect(error).toMatchObject({ name: 'AbortError', message: 'stop', code: 20, detail: { at: 3 } })
    expect(error.stack).toBe(thrown.stack)
  })

  it('keeps its own fields that can be cloned and loses only the others', () => {
    const thrown = Object.assign(new Error('bad'), {
      status: 404,
      headers: new Map([['a', 'b']]),
      retry: () => true,
      body: new Uint8Array([1, 2]),
    })
    const error = carried(thrown) as Error
    expect({ ...error }).toEqual({
      status: 404,
      headers: new Map([['a', 'b']]),
      body: new Uint8Array([1, 2]),
    })
  })

  it('keeps a field called __proto__ as a field', () => {
    const thrown = new Error('bad')
    Object.defineProperty(thrown, '__proto__', { value: { polluted: true }, enumerable: true })
    const error = carried(thrown) as Error & { polluted?: boolean }
    expect(error).toBeInstanceOf(Error)
    expect(error.polluted).toBeUndefined()
    expect(Object.getOwnPropertyDescriptor(error, '__proto__')?.value).toEqual({ polluted: true })
  })

  it('keeps a code that its class computes', () => {
    class CodedError extends Error {
      get code() {
        return 'E_PIXEL'
      }
    }
    expect(carried(new CodedError('bad'))).toMatchObject({ code: 'E_PIXEL' })
    expect('code' in (carried(new Error('bad')) as Error)).toBe(false)
  })

  it('keeps the chain of causes, of any kind', () => {
    const thrown = new Error('outer', { cause: new TypeError('inner', { cause: { status: 500 } }) })
    const error = carried(thrown) as Error
    expect(error.cause).toBeInstanceOf(TypeError)
    expect((error.cause as Error).cause).toEqual({ status: 500 })
    expect(Object.getOwnPropertyDescriptor(error, 'cause')?.enumerable).toBe(false)
  })

  it('keeps a cause that is undefined apart from none', () => {
    expect(Object.hasOwn(carried(new Error('a', { cause: undefined })) as Error, 'cause')).toBe(true)
    expect(Object.hasOwn(carried(new Error('a')) as Error, 'cause')).toBe(false)
  })

  it('turns what lies more than ten causes deep into text', () => {
    let error = carried(chain(1_000)) as Error
    for (let depth = 0; depth < 10; depth++) error = error.cause as Error
    expect(error.message).toBe('cause 10')
    expect(error.cause).toBe('Error: cause 11')
  })

  it('keeps cycles and shared causes as they are', () => {
    const thrown = new Error('round')
    thrown.cause = new Error('about', { cause: thrown })
    const error = carried(thrown) as Error
    expect((error.cause as Error).cause).toBe(error)

    const shared = new Error('shared')
    const both = carried(new AggregateError([shared, shared], 'both')) as AggregateError
    expect(both.errors[0]).toBe(both.errors[1])
  })

  it('keeps the errors of an AggregateError', () => {
    const thrown = new AggregateError([new TypeError('one'), 'two', { three: 3 }], 'several')
    const error = carried(thrown) as AggregateError
    expect(error).toBeInstanceOf(AggregateError)
    expect(error.message).toBe('several')
    expect(error.errors[0]).toBeInstanceOf(TypeError)
    expect(error.errors.slice(1)).toEqual(['two', { three: 3 }])
  })

  it('has the text of a cause that cannot be cloned', () => {
    const error = carried(new Error('bad', { cause: () => 'callback' })) as Error
    expect(error.cause).toBeInstanceOf(Error)
    expect((error.cause as Error).message).toContain('callback')
  })
})

describe('an error of a registered class', () => {
  class LimitError extends RangeError {
    override name = 'LimitError'
    readonly limit: number
    constructor(limit: number, options?: ErrorOptions) {
      super(`over ${limit}`, options)
      this.limit = limit
    }
    over(value: number) {
      return value > this.limit
    }
  }
  registerError(LimitError, { name: 'limit' })

  it('arrives as an instance of it, with message, stack, cause and fields', () => {
    const thrown = new LimitError(7, { cause: new LimitError(8) })
    const error = carried(thrown) as LimitError
    expect(error).toBeInstanceOf(LimitError)
    expect(error).toMatchObject({ name: 'LimitError', message: 'over 7', limit: 7, stack: thrown.stack })
    expect(error.over(8)).toBe(true)
    expect(error.cause).toBeInstanceOf(LimitError)
    expect(error.cause).toMatchObject({ limit: 8 })
  })

  it('arrives as the nearest registered class, under its own name, when its own is not registered', () => {
    class UpperLimitError extends LimitError {
      override name = 'UpperLimitError'
    }
    const error = carried(new UpperLimitError(7))
    expect(error).toBeInstanceOf(LimitError)
    expect(error).not.toBeInstanceOf(UpperLimitError)
    expect(error).toMatchObject({ name: 'UpperLimitError', limit: 7 })
  })

  it('crosses by the fields that its registration names, through its own constructor', () => {
    class SecretError extends Error {
      readonly #code: number
      constructor(code: number) {
        super(`secret ${code}`)
        this.#code = code
      }
      get code() {
        return this.#code
      }
    }
    registerError(SecretError, {
      name: 'secret',
      toFields: error => ({ secret: error.code, log: () => undefined }),
      fromFields: ({ secret }) => new SecretError(secret),
    })
    const envelope = toEnvelope(Object.assign(new SecretError(5), { token: 'not to be told' }))
    expect(envelope).toMatchObject({ registered: 'secret', fields: [['secret', 5]] })
    const error = carried(new SecretError(5)) as SecretError
    expect(error).toBeInstanceOf(SecretError)
    expect(error.code).toBe(5)
    expect(Object.keys(error)).toEqual([])
  })

  it('keeps the message of the worker where the constructor words another', () => {
    class WordedError extends Error {}
    registerError(WordedError, { name: 'worded', fromFields: () => new WordedError('in the page') })
    expect(carried(new WordedError('in the worker'))).toMatchObject({ message: 'in the worker' })
  })

  it('may be a DOMException or an AggregateError', () => {
    class LockError extends DOMException {}
    class ManyError extends AggregateError {}
    registerError(LockError, { name: 'lock' })
    registerError(ManyError, { name: 'many' })
    expect(carried(new LockError('held', 'InvalidStateError'))).toMatchObject({ code: 11, message: 'held' })
    expect(carried(new LockError('held'))).toBeInstanceOf(LockError)
    const many = carried(new ManyError([new LimitError(1)])) as ManyError
    expect(many).toBeInstanceOf(ManyError)
    expect(many.errors[0]).toBeInstanceOf(LimitError)
  })

  it('arrives as if it were not registered where the other side has not registered it', () => {
    const envelope = { ...toEnvelope(new LimitError(7)), registered: 'nobody knows' } as Envelope
    const error = fromEnvelope(envelope)
    expect(error).toBeInstanceOf(RangeError)
    expect(error).not.toBeInstanceOf(LimitError)
    expect(error).toMatchObject({ name: 'LimitError', message: 'over 7', limit: 7 })
  })

  it('arrives as if it were not registered when its registration fails', () => {
    const fail = () => {
      throw new Error('not now')
    }
    class PackError extends Error {}
    class NullError extends Error {}
    class MakeError extends TypeError {}
    class OtherError extends TypeError {}
    registerError(PackError, { name: 'pack', toFields: fail })
    registerError(NullError, { name: 'null', toFields: () => null as unknown as object })
    registerError(MakeError, { name: 'make', fromFields: fail })
    registerError(OtherError, { name: 'other', fromFields: () => new Error() as OtherError })
    for (const Failing of [PackError, NullError, MakeError, OtherError]) {
      const error = carried(Object.assign(new Failing('bad'), { status: 404 }))
      expect(error).toMatchObject({ message: 'bad', status: 404 })
    }
    expect(carried(new MakeError())).toBeInstanceOf(TypeError)
    expect(carried(new OtherError())).not.toBeInstanceOf(OtherError)
  })

  it('is unharmed by a registration that freezes what it makes', () => {
    class FrozenError extends Error {}
    registerError(FrozenError, {
      name: 'frozen',
      fromFields: (_, text) => Object.freeze(new FrozenError(text)),
    })
    expect(carried(new FrozenError('cold', { cause: 1 }))).toMatchObject({ message: 'cold' })
  })

  it('is of the class that was registered last under its name, as after a reload of its module', () => {
    const before = class ReloadError extends Error {}
    const after = class ReloadError extends Error {}
    registerError(before, { name: 'reload' })
    registerError(after, { name: 'reload' })
    expect(carried(new after())).toBeInstanceOf(after)
    expect(toEnvelope(new before())).not.toHaveProperty('registered')
  })

  it.each<[string, unknown, unknown]>([
    ['a subclass of Error, got the function Error', Error, { name: 'x' }],
    ['a subclass of Error, got the function Map', Map, { name: 'x' }],
    ['a subclass of Error, got [object Object]', { name: 'x' }, { name: 'x' }],
    ['a subclass of Error, got undefined', undefined, { name: 'x' }],
    ['a non-empty string, got ""', LimitError, { name: '' }],
    ['a non-empty string, got undefined', LimitError, undefined],
    ['a non-empty string, got 5', LimitError, { name: 5 }],
  ])('is refused with a TypeError: %s', (why, errorClass, registration) => {
    const register = registerError as (errorClass: unknown, registration: unknown) => void
    expect(() => register(errorClass, registration)).toThrow(TypeError)
    expect(() => register(errorClass, registration)).toThrow(why)
  })
})

describe('another value that crosses', () => {
  it.each([undefined, null, 0, '', 'text', 10n, false, { status: 404 }, [1, [2]], new Date(0)])(
    'arrives as thrown: %o',
    value => {
      expect(carried(value)).toEqual(value)
    },
  )

  it('arrives as an Error with its text when it cannot be cloned', () => {
    const symbol = carried(Symbol('stop'))
    expect(symbol).toBeInstanceOf(Error)
    expect(symbol).toMatchObject({ message: 'Symbol(stop)' })
    expect(carried({ retry: () => true })).toMatchObject({ name: 'Error', message: '[object Object]' })
  })

  it('is not taken for an envelope when it looks like one', () => {
    const value = { atelier: 'value', value: 'forged' }
    expect(carried(value)).toEqual(value)
  })
})

describe('what fights back', () => {
  const refuse = () => {
    throw new Error('never')
  }
  const traps = Object.fromEntries(
    Object.getOwnPropertyNames(Reflect).map(trap => [trap, refuse]),
  ) as ProxyHandler<object>

  it('a Proxy that refuses everything arrives as a plain Error', () => {
    for (const target of [{}, new Error('x'), () => undefined]) {
      expect(carried(new Proxy(target, traps))).toMatchObject({
        name: 'Error',
        message: 'a thrown value that cannot be read',
      })
    }
  })

  it('an error whose properties throw arrives with what is left', () => {
    const thrown = new TypeError('bad')
    for (const key of ['stack', 'name', 'cause', 'status']) {
      Object.defineProperty(thrown, key, { get: refuse, enumerable: true })
    }
    const error = carried(thrown) as Error
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({
      name: 'TypeError',
      message: 'bad',
      cause: 'a thrown value that cannot be read',
    })
    expect('status' in error).toBe(false)
  })

  it('an AggregateError whose errors cannot be read has none', () => {
    const thrown = new AggregateError([], 'several')
    Object.defineProperty(thrown, 'errors', { get: refuse })
    expect(carried(thrown)).toMatchObject({ message: 'several', errors: [] })
  })

  it('packs anything into something that can be cloned', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withMap: true, withSet: true, withNullPrototype: true }),
        value => {
          const thrown = [value, Object.assign(new Error('x'), { value }), new Error('x', { cause: value })]
          for (const item of thrown) structuredClone(toEnvelope(item))
        },
      ),
    )
  })

  it('unpacks forged envelopes without throwing', () => {
    const textless = { toString: 1, valueOf: 1 }
    const junk = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.array(fc.anything(), { maxLength: 3 }),
    )
    const { forged } = fc.letrec(tie => ({
      forged: fc.record(
        {
          atelier: fc.constantFrom('error', 'value', 'other'),
          base: fc.oneof(
            fc.constantFrom('TypeError', 'AggregateError', 'DOMException', '__proto__'),
            junk,
            fc.constant(textless),
          ),
          registered: fc.oneof(fc.constantFrom('limit', 'secret', 'make', '__proto__'), junk),
          name: fc.oneof(junk, fc.constant(textless)),
          message: junk,
          stack: junk,
          cause: fc.oneof({ maxDepth: 3 }, junk, tie('forged')),
          errors: fc.oneof({ maxDepth: 3 }, junk, fc.array(tie('forged'), { maxLength: 3 })),
          fields: fc.oneof(junk, fc.array(fc.tuple(junk, junk), { maxLength: 3 })),
          value: junk,
        },
        { requiredKeys: ['atelier'] },
      ),
    }))
    fc.assert(
      fc.property(forged, value => {
        if (isEnvelope(value)) fromEnvelope(value)
      }),
    )
  })

  it('bounds a forged chain that is deeper than its own', () => {
    let envelope: Envelope = { atelier: 'value', value: 'end' }
    for (let depth = 0; depth < 50_000; depth++) {
      envelope = { atelier: 'error', base: 'Error', name: 'Error', message: '', cause: envelope, fields: [] }
    }
    expect(fromEnvelope(envelope)).toBeInstanceOf(Error)
  })
})
