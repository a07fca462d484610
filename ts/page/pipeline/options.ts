import type { AsyncDisposeSymbol } from '../../api/dispose.ts'
import type { AbortTaskController } from '../../api/runtime.ts'
import { refuseUnknown } from '../../shared/unknown-options.ts'

type CommonOptions<T> = {
  /** Called for every item that fails, unless its key is aborted. If it throws, the iteration ends with that error. */
  onError?: ((error: unknown, item: T) => void) | undefined
  /** Ends the iteration with an AbortError whose `cause` is the signal's reason. Results not yet taken are dropped. */
  signal?: AbortSignal | undefined
  /** Items whose key is aborted are not started, and their results are dropped. Takes effect together with `keyOf`. */
  abortTaskController?: Pick<AbortTaskController, 'isAborted'> | undefined
  /** The cancellation key of an item; an empty string or a non-string means "no key". A throw is a failure of that item. */
  keyOf?: ((item: T) => string) | undefined
  /**
   * `true`: results come in the order of their items. An item that takes long then holds back the results behind it, which
   * count against the limit while they wait. Default `false`: results come in the order of completion.
   */
  ordered?: boolean | undefined
}

/** What happens when an item fails. */
export type ParallelLimitErrorPolicy = 'fail-fast' | 'continue'

export type ParallelLimitOptions<T> = CommonOptions<T> & {
  /**
   * `'fail-fast'` (default): after the first failure no more items start, and the iteration ends with it once the results before
   * it have been yielded: those that arrived earlier or, with `ordered`, those of earlier items. `'continue'`: failures are
   * reported to `onError` and skipped. With `signal` or `abortTaskController`, an AbortError is always skipped.
   */
  errorPolicy?: ParallelLimitErrorPolicy | undefined
  returnSettled?: false | undefined
}

/** Yields failures too, AbortErrors among them, as results with their item. */
export type ParallelLimitSettledOptions<T> = CommonOptions<T> & { returnSettled: true }

/** Options whose `returnSettled` is only known at run time. If it is true, `errorPolicy` has no effect. */
export type ParallelLimitEitherOptions<T, S extends boolean = boolean> = CommonOptions<T> & {
  returnSettled?: S | undefined
  errorPolicy?: ([S] extends [true] ? never : ParallelLimitErrorPolicy) | undefined
}

export type ParallelLimitFulfilled<T, R> = { status: 'fulfilled'; value: R; item: T }

export type ParallelLimitRejected<T> = { status: 'rejected'; reason: unknown; item: T }

export type ParallelLimitSettledResult<T, R> = ParallelLimitFulfilled<T, R> | ParallelLimitRejected<T>

/** An async iterator that can be closed in every way that JavaScript has, and then behaves like an async generator. */
export interface ParallelLimitIterator<Y> extends AsyncIterableIterator<Y>, AsyncDisposal {
  next(): Promise<IteratorResult<Y, undefined>>
  /**
   * Ends the iteration: closes the source, starts nothing more and ignores what still runs. Resolves with `value` when the source
   * has closed, or at once while the source owes an item. Rejects if the source fails to close.
   */
  // biome-ignore lint/suspicious/noExplicitAny: as in AsyncIterator, whose return takes and returns any value.
  return(value?: any): Promise<IteratorResult<Y, any>>
  /** Ends the iteration as `return` does, then rejects with `error`. */
  // biome-ignore lint/suspicious/noExplicitAny: as in AsyncIterator.
  throw(error?: unknown): Promise<IteratorResult<Y, any>>
  [Symbol.asyncIterator](): this
}

/** `await using` calls `return`, where the platform has `Symbol.asyncDispose`. */
type AsyncDisposal = { [S in AsyncDisposeSymbol]: () => Promise<void> }

/** The validated options, which are read once, when the pipeline is created. */
export type Settings<T> = {
  readonly errorPolicy: ParallelLimitErrorPolicy
  readonly returnSettled: boolean
  readonly ordered: boolean
  readonly onError: CommonOptions<T>['onError']
  readonly signal: AbortSignal | undefined
  readonly abortTaskController: CommonOptions<T>['abortTaskController']
  readonly keyOf: CommonOptions<T>['keyOf']
}

type Given<T> = ParallelLimitOptions<T> | ParallelLimitSettledOptions<T> | ParallelLimitEitherOptions<T>

const KNOWN = [
  'errorPolicy',
  'returnSettled',
  'ordered',
  'onError',
  'signal',
  'abortTaskController',
  'keyOf',
] as const satisfies readonly (keyof Settings<unknown>)[]

/**
 * Reads and validates the options of `parallelLimit`.
 *
 * @throws TypeError for an unknown option or one of the wrong type. @throws RangeError for an unknown `errorPolicy`.
 */
export function readOptions<T>(options: Given<T>): Settings<T> {
  if (typeof options !== 'object' || options === null) throw mismatch('options', 'an object', options)
  refuseUnknown('parallelLimit', options, KNOWN)
  const {
    errorPolicy = 'fail-fast',
    returnSettled = false,
    ordered = false,
  } = options as Partial<Settings<T>>
  const { onError, signal, abortTaskController, keyOf } = options
  if (errorPolicy !== 'fail-fast' && errorPolicy !== 'continue') {
    throw new RangeError(`errorPolicy must be "fail-fast" or "continue"; got ${String(errorPolicy)}.`)
  }
  if (typeof returnSettled !== 'boolean') throw mismatch('returnSettled', 'true or false', returnSettled)
  if (typeof ordered !== 'boolean') throw mismatch('ordered', 'true or false', ordered)
  if (onError !== undefined) requireFunction('onError', onError)
  if (keyOf !== undefined) requireFunction('keyOf', keyOf)
  if (signal !== undefined && !hasMethods(signal, 'addEventListener', 'removeEventListener')) {
    throw mismatch('signal', 'an AbortSignal', signal)
  }
  if (abortTaskController !== undefined && !hasMethods(abortTaskController, 'isAborted')) {
    throw mismatch('abortTaskController', 'an object with isAborted(key)', abortTaskController)
  }
  return { errorPolicy, returnSettled, ordered, onError, signal, abortTaskController, keyOf }
}

/** @throws RangeError for a limit that is not a positive integer or Infinity. */
export function requireLimit(limit: unknown): void {
  if ((Number.isInteger(limit) && (limit as number) >= 1) || limit === Number.POSITIVE_INFINITY) return
  throw new RangeError(`limit must be a whole number of at least 1, or Infinity; got ${String(limit)}.`)
}

export function requireFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw mismatch(name, 'a function', value)
}

export function requireIterable(name: string, value: unknown): void {
  if (hasMethods(value, Symbol.asyncIterator) || hasMethods(value, Symbol.iterator)) return
  throw mismatch(name, 'an iterable or an async iterable', value)
}

export function hasMethods(value: unknown, ...names: PropertyKey[]): boolean {
  if (value === null || value === undefined) return false
  return names.every(name => typeof (value as Record<PropertyKey, unknown>)[name] === 'function')
}

function mismatch(name: string, allowed: string, value: unknown): TypeError {
  return new TypeError(`${name} must be ${allowed}; got ${value === null ? 'null' : typeof value}.`)
}
