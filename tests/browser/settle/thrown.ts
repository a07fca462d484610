/** What handlers throw, by its row in the guide. Page and worker both make it, so that what arrives can be compared. */
import { LimitError } from '../workers/limit-error.ts'

class UnknownToThePage extends RangeError {
  override name = 'UnknownToThePage'
  readonly limit = 7
}

export const thrown = {
  'an error': () => new RangeError('too wide'),
  'an error with `code` and a chain of causes': () =>
    Object.assign(new RangeError('too wide', { cause: new TypeError('deeper', { cause: 'deepest' }) }), {
      code: 'E_WIDE',
    }),
  'an instance of a class, with fields': () => new UnknownToThePage('too wide'),
  'an instance of a class that both sides registered': () => new LimitError(7),
  'an `AggregateError`': () => new AggregateError([new TypeError('one'), new RangeError('two')], 'many'),
  'an error whose cause cannot be cloned': () => new Error('outer', { cause: () => 'a function' }),
  'an error with a field that cannot be cloned': () => Object.assign(new Error('outer'), { callback() {} }),
  'that there is not enough memory': () => {
    try {
      return new ArrayBuffer(2 ** 52)
    } catch (error) {
      return error
    }
  },
  'a `DOMException`': () => new DOMException('no room', 'QuotaExceededError'),
  'an `AbortError`': () => new DOMException('gave up', 'AbortError'),
  'an object that is no error': () => ({ status: 404 }),
  'nothing at all, `undefined`': () => undefined,
  'a value that cannot be cloned': () => () => 'a function',
} satisfies Record<string, () => unknown>

export type Thrown = keyof typeof thrown

/** What an error has lost on its way, or a value: the names of its parts. */
export function losses(thrown: unknown, arrived: unknown): string[] {
  if (!(thrown instanceof Error) || !(arrived instanceof Error)) return []
  const parts: Record<string, (error: Error) => unknown> = {
    class: error => error instanceof (thrown.constructor as ErrorConstructor),
    name: error => error.name,
    message: error => error.message,
    fields: error =>
      Object.entries(error)
        .filter(([key]) => !['name', 'message', 'stack'].includes(key))
        .sort()
        .join(),
    cause: error => textOf(error.cause),
    errors: error => (error as Partial<AggregateError>).errors?.map(textOf).join(),
  }
  const lost = Object.keys(parts).filter(part => parts[part]?.(thrown) !== parts[part]?.(arrived))
  // In Chromium a DOMException has no stack to lose.
  const stackLost = thrown.stack !== undefined && !arrived.stack?.includes('jobs.worker')
  return stackLost ? [...lost, 'stack'] : lost
}

function textOf(value: unknown): string {
  return value instanceof Error ? `${value}, ${textOf(value.cause)}` : String(value)
}
