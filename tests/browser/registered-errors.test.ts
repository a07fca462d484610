import { createTaskRuntime, type Task } from '@varunkanwar/atelier'
import { expect, it, onTestFinished } from 'vitest'
import { fromEnvelope, toEnvelope } from '../../ts/shared/errors/envelope.ts'
import { rejection } from '../support/outcome.ts'
import type { LimitAPI } from './workers/limit.worker.ts'
import { LimitError } from './workers/limit-error.ts'

function limits(): Task<LimitAPI> {
  const runtime = createTaskRuntime()
  onTestFinished(() => runtime.dispose())
  return runtime.defineTask<LimitAPI>({
    type: 'singleton',
    worker: () => new Worker(new URL('./workers/limit.worker.ts', import.meta.url), { type: 'module' }),
  })
}

/** What the other side gets for a thrown value. */
function carried(thrown: unknown): unknown {
  return fromEnvelope(structuredClone(toEnvelope(thrown)))
}

/** The classes of errors that this engine has. */
function errorClasses(realm: typeof globalThis): Record<string, new (...args: never[]) => Error> {
  const owners = [realm, realm.WebAssembly] as object[]
  const classes = owners.flatMap(owner =>
    Object.getOwnPropertyNames(owner).flatMap(name => {
      const Class: unknown = Object.getOwnPropertyDescriptor(owner, name)?.value
      const isClass = typeof Class === 'function' && Class.prototype instanceof realm.Error
      return isClass || Class === realm.Error ? [[name, Class as new () => Error] as const] : []
    }),
  )
  return Object.fromEntries(classes)
}

/** An error of a class, whatever its constructor takes. */
function made(Class: new (...args: never[]) => Error, name: string): Error {
  const attempts: unknown[][] = [
    ...(name === 'AggregateError' ? [[[1], 'lost']] : []),
    ...(name === 'SuppressedError' ? [[1, 2, 'lost']] : []),
    ['lost'],
    ['lost', 'lost'],
    ['lost', { reason: 'validation' }],
    [{ errorDetail: 'dtls-failure' }, 'lost'],
  ]
  for (const args of attempts) {
    try {
      return Reflect.construct(Class, args)
    } catch {
      // It takes something else.
    }
  }
  throw new TypeError(`${name} cannot be constructed.`)
}

it('an error of a class that both sides register is an instance of it in the page, wherever it hangs', async () => {
  const error = await rejection(limits().refuse(7))
  const [limit] = (error.cause as AggregateError).errors
  expect(limit).toBeInstanceOf(LimitError)
  expect(limit).toMatchObject({ name: 'LimitError', message: 'over 7', limit: 7 })
  expect(limit.stack).toContain('limit.worker')
})

it('a trap of wasm code arrives as the RuntimeError that it is', async () => {
  const error = await rejection(limits().trap())
  expect(error).toBeInstanceOf(WebAssembly.RuntimeError)
  expect(error).toMatchObject({ name: 'RuntimeError', message: 'unreachable' })
})

it('an error of each class of the platform arrives as an instance of that class, with its name and message', () => {
  const classes = errorClasses(globalThis)
  expect(Object.keys(classes)).toEqual(expect.arrayContaining(['TypeError', 'DOMException', 'LinkError']))
  for (const [name, Class] of Object.entries(classes)) {
    const thrown = made(Class, name)
    const error = carried(thrown) as Error
    expect(error, name).toBeInstanceOf(Class)
    expect([name, error.name, error.message]).toEqual([name, thrown.name, thrown.message])
  }
})

it('an error of a subclass of a class of the platform arrives as an instance of that class', () => {
  class Trap extends WebAssembly.RuntimeError {
    override name = 'Trap'
  }
  const error = carried(new Trap('unreachable'))
  expect(error).toBeInstanceOf(WebAssembly.RuntimeError)
  expect(error).toMatchObject({ name: 'Trap', message: 'unreachable' })
})

it('an error of another realm arrives as an error of this one', () => {
  const frame = document.createElement('iframe')
  document.body.append(frame)
  onTestFinished(() => frame.remove())
  const realm = frame.contentWindow as unknown as typeof globalThis
  const theirs = errorClasses(realm)
  for (const [name, Class] of Object.entries(errorClasses(globalThis))) {
    const There = theirs[name]
    if (There) expect(carried(made(There, name)), name).toBeInstanceOf(Class)
  }
  const cause = new realm.RangeError('far')
  expect((carried(new Error('near', { cause })) as Error).cause).toBeInstanceOf(RangeError)
})

it('a SuppressedError keeps both of its errors (as an Error where there is no such class)', () => {
  const thrown = Object.assign(new Error('both'), { error: 1 })
  expect(carried(thrown)).toMatchObject({ error: 1 })
  const Suppressed: unknown = Reflect.get(globalThis, 'SuppressedError')
  if (typeof Suppressed !== 'function') return
  const error = carried(Reflect.construct(Suppressed, [new TypeError('new'), new RangeError('old'), 'both']))
  expect(error).toBeInstanceOf(Suppressed)
  expect((error as { error: unknown }).error).toBeInstanceOf(TypeError)
  expect((error as { suppressed: unknown }).suppressed).toBeInstanceOf(RangeError)
})
