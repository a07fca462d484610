import { describe } from '../../shared/errors/describe.ts'
import type { RunRequest } from '../../shared/protocol.ts'
import { claim } from '../../shared/transfer-handlers.ts'

/** What a call streams. */
export type Items = Iterator<unknown> | AsyncIterable<unknown>

/** Classes of async iterables that can be cloned or moved, so that a handler may return them as values. Some engines lack some. */
const CLONED = ['ReadableStream', 'FileSystemDirectoryHandle'] as const

/**
 * The items of a handler's result, if it is a stream.
 *
 * @throws TypeError when the task's `streams` says otherwise.
 */
export function itemsOf(result: unknown, { method, credit }: RunRequest): Items | undefined {
  const isStream = isItems(result)
  if (isStream && credit > 0) return result
  if (credit > 0) {
    throw new TypeError(
      `"${method}" is named in the task's streams, so its handler must return a generator, another iterator or an async iterable, ` +
        `not ${describe(result)}.`,
    )
  }
  if (isStream && !claim(result)) {
    throw new TypeError(
      `"${method}" returned ${isAsync(result) ? 'an async iterable' : 'an iterator'}, which is a stream. Name the method where the ` +
        `task is defined: streams: { ${JSON.stringify(method)}: true }.`,
    )
  }
  return undefined
}

export function isAsync(items: object): items is AsyncIterable<unknown> {
  return typeof (items as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function'
}

/** Whether a handler's result is a stream. */
export function isItems(result: unknown): result is Items {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return false
  return isAsync(result) ? !isCloned(result) : isIterator(result)
}

/** Arrays, Maps, Sets and strings can be iterated, but have no `next`. */
function isIterator(result: object): boolean {
  const { [Symbol.iterator]: iterate } = result as Partial<Iterable<unknown>>
  return typeof iterate === 'function' && typeof (result as Partial<Iterator<unknown>>).next === 'function'
}

function isCloned(result: object): boolean {
  return CLONED.some(name => {
    const known: unknown = Reflect.get(globalThis, name)
    return typeof known === 'function' && result instanceof known
  })
}
