import type { TaskContext } from './context.ts'
import type { IsAny, Signature, SignaturesOf } from './signatures.ts'
import type { StreamOf, StreamOptions, TaskStream } from './streams.ts'

/** One handler of a worker: any function. */
// biome-ignore lint/suspicious/noExplicitAny: any handler signature is allowed here; StripTaskContext keeps the exact one.
export type TaskHandler = (...args: any[]) => unknown

/** Handlers by name, for code that does not know the single handlers. */
export type TaskHandlerMap = Record<string, TaskHandler>

/**
 * The types of handlers as their callers see them: always asynchronous, and without the {@link TaskContext}. A handler that returns a
 * generator, another iterator or an async iterable returns a {@link TaskStream}.
 *
 * The last parameter is removed when it is a context: `TaskContext`, or a part of it such as `Pick<TaskContext, 'signal'>`,
 * optional or not. (A `{ key?: string }`, `{ aborted: boolean }` or `{ traceparent?: string }` could be an argument, so it stays.) All other parameters stay as they are,
 * optional and rest parameters included, so this type also fits handlers of a worker that has `{ context: false }`.
 * `this` parameters and members that are not functions are removed.
 *
 * An asynchronous handler without a context keeps its type, with its type parameters. Where a type has to change, its type
 * parameters become `unknown`, and of its overloads the last six are kept.
 */
export type StripTaskContext<T> = {
  [K in keyof T as MethodName<T, K>]: AsyncMethod<T[K], true>
}

export type TaskWorkerOptions = {
  /**
   * `false`: handlers get the caller's arguments and nothing else, so that they may have optional and rest parameters. Default
   * `true`: the {@link TaskContext} follows the caller's arguments.
   */
  context?: boolean | undefined
  /**
   * Prepares the worker for its calls, which wait until it has resolved: once before the first one, with the task's `workerData`, and again
   * for each `task.workers.setData()`, one after the other. The worker is ready when the first one has resolved. Where it throws or
   * rejects, the worker has crashed.
   */
  setup?: WorkerSetup | undefined
}

/**
 * `data`: what the task gives to its workers; undefined if that is nothing. The page is not asked whether it keeps to the type that is
 * written here. `worker.index`: from 0 on.
 */
export type WorkerSetup = {
  setUp(data: unknown, worker: { index: number }): void | Promise<void>
}['setUp']

/**
 * What `createTaskWorker` accepts while handlers get a context: `T`, or, if a handler could receive the context in place of an
 * argument that its caller left out, a type that says so where that handler is.
 */
export type TaskHandlers<T> = [MisplacedContext<T>] extends [never] ? T : CheckedHandlers<T>

type CheckedHandlers<T> = {
  [K in keyof T]: NonNullable<T[K]> extends TaskHandler
    ? IsFixed<BeforeContext<SignaturesOf<NonNullable<T[K]>>[number]['args']>> extends false
      ? 'The context is always passed as the last argument: when a caller leaves out an optional or rest argument of this handler, the context takes its place. Declare the parameter as required (T | undefined) with the context after it, or use createTaskWorker(handlers, { context: false }).'
      : T[K]
    : TaskHandler
}

/** The names of the handlers that could receive the context in place of an argument. */
type MisplacedContext<T> = {
  [K in keyof T]: NonNullable<CheckedHandlers<T>[K]> extends string ? K : never
}[keyof T]

/** `K` if it names a method that can be called; members named by symbols cannot be called across threads. */
export type MethodName<T, K extends keyof T> = K extends symbol
  ? never
  : [NonNullable<T[K]>] extends [never]
    ? never
    : NonNullable<T[K]> extends (...args: never[]) => unknown
      ? K
      : never

/**
 * A method as its callers in another thread see it. A union is mapped member by member, and `undefined` removed from it. What
 * needs no change stays as it is, because taking a function's type apart loses its type parameters.
 */
export type AsyncMethod<F, WithoutContext extends boolean> =
  IsAny<F> extends true
    ? // biome-ignore lint/suspicious/noExplicitAny: what is any stays any.
      (...args: any[]) => Promise<any>
    : F extends (...args: never[]) => unknown
      ? true extends IsLocal<F> | IsChanged<SignaturesOf<F>[number], WithoutContext>
        ? Rebuilt<SignaturesOf<F>, WithoutContext>
        : F
      : never

/** Whether a function has something that stays behind in its thread: a `this` or properties of its own. */
type IsLocal<F> = unknown extends ThisParameterType<F> ? ([keyof F] extends [never] ? false : true) : true

type IsChanged<S extends Signature, WithoutContext> = S extends Signature
  ? [S['args']] extends [CallerArguments<S['args'], WithoutContext>]
    ? true extends IsPlainPromise<S['result']> | IsTaskStream<S['result']>
      ? false
      : true
    : true
  : never

/** A function type with the given overloads, as an intersection. */
type Rebuilt<S extends readonly [Signature, ...Signature[]], WithoutContext> = S extends readonly [
  infer First extends Signature,
  ...infer Rest extends readonly [Signature, ...Signature[]],
]
  ? Rebuilt<[First], WithoutContext> & Rebuilt<Rest, WithoutContext>
  : (...args: CallerArguments<S[0]['args'], WithoutContext>) => Called<S[0]['result']>

/** What a call of a handler returns, by what the handler returns. */
type Called<R> = IsStream<Awaited<R>> extends true ? StreamOf<Awaited<R>> : Promise<Awaited<R>>

/** Whether a value of this type is streamed. False where that depends on the call. */
type IsStream<R> =
  IsAny<R> extends true
    ? false
    : [R] extends [never]
      ? false
      : [StreamOf<R>] extends [never]
        ? false
        : [R] extends [Streamed]
          ? true
          : false

/** What any stream is made from. */
type Streamed = AsyncIterable<unknown> | Iterator<unknown, unknown, never>

type IsTaskStream<R> =
  IsAny<R> extends true
    ? false
    : [R] extends [never]
      ? false
      : [R] extends [TaskStream<infer Y, infer End>]
        ? [TaskStream<Y, End>] extends [R]
          ? true
          : false
        : false

type CallerArguments<A extends readonly unknown[], WithoutContext> = WithoutContext extends true
  ? DropContext<A>
  : A

/** Whether a result is what a call returns. Instances of a subclass of Promise stay in the worker. */
type IsPlainPromise<R> =
  IsAny<R> extends true
    ? false
    : [R] extends [never]
      ? false
      : [R] extends [Promise<unknown>]
        ? [Promise<Awaited<R>>] extends [R]
          ? IsStream<Awaited<R>> extends true
            ? false
            : true
          : false
        : false

/** Parameters without a context at their end, required or optional. The others keep their names. */
type DropContext<A extends readonly unknown[]> = A extends readonly [...infer Rest, infer Last]
  ? IsContext<Last> extends true
    ? Rest
    : A
  : Required<A> extends readonly [...unknown[], infer Last]
    ? IsContext<Last> extends true
      ? DropOptionalLast<A>
      : A
    : A

type DropOptionalLast<A extends readonly unknown[]> = number extends A['length']
  ? A
  : A extends readonly [unknown?]
    ? []
    : A extends readonly [infer First, ...infer Rest]
      ? [First, ...DropOptionalLast<Rest>]
      : A extends readonly [(infer First)?, ...infer Rest]
        ? [First?, ...DropOptionalLast<Rest>]
        : A

/** What comes before the context. `never` if the context is required: then nothing before it can be left out. */
type BeforeContext<A extends readonly unknown[]> = A extends readonly [...unknown[], infer Last]
  ? IsContext<Last> extends true
    ? never
    : A
  : DropContext<A>

/** Whether callers always pass the same number of arguments. `true` if the types do not say. */
type IsFixed<A extends readonly unknown[]> = [A] extends [never]
  ? true
  : IsSingleNumber<A['length']> extends true
    ? true
    : IsUntyped<A>

type IsSingleNumber<L, All = L> = number extends L
  ? false
  : L extends unknown
    ? [All] extends [L]
      ? true
      : false
    : never

/** `any[]` and `never[]`, or the parameters of untyped JavaScript, which are all optional and `any`. */
type IsUntyped<A extends readonly unknown[]> = [A[number]] extends [never]
  ? true
  : [] extends A
    ? false extends { [I in keyof A]: IsAny<A[I]> }[number]
      ? false
      : true
    : false

/** Not `any` or `never`, which extend everything. */
type IsContext<P> =
  IsAny<P> extends true
    ? false
    : [NonNullable<P>] extends [never]
      ? false
      : false extends IsPartOfContext<NonNullable<P>>
        ? false
        : true

/** Whether a type has members of a context only, one of which says that it is no argument. */
type IsPartOfContext<P> = P extends TaskContext
  ? true
  : Required<TaskContext> extends P
    ? [keyof P] extends [keyof TaskContext]
      ? [Exclude<keyof P, 'key' | 'aborted' | 'traceparent'>] extends [never]
        ? false
        : true
      : false
    : false

/** The streaming methods of a worker with their options. No other name is accepted. */
export type StreamingMethods<T> =
  IsAny<T> extends true
    ? // biome-ignore lint/suspicious/noExplicitAny: so that it fits every worker.
      any
    : {
        [K in keyof T as MethodName<T, K>]?: IsStream<Awaited<ReturnOf<NonNullable<T[K]>>>> extends true
          ? true | StreamOptions | undefined
          : never
      }

type ReturnOf<F> = F extends (...args: never[]) => infer R ? R : never
