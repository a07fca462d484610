import type { TaskContext } from './context.ts'

/** Handlers as `createTaskWorker` takes them. */
// biome-ignore lint/suspicious/noExplicitAny: any handler signature is allowed here; StripTaskContext keeps the exact one.
export type TaskHandlerMap = Record<string, (...args: any[]) => unknown>

/** Not for `any`, which extends everything. */
type IsContext<T> = 0 extends 1 & T ? false : T extends TaskContext ? true : false

/** A context at the end, required or optional; other parameters keep their names. */
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

/** Not for `any` and `never`, which extend everything. */
type IsPromise<R> = 0 extends 1 & R
  ? false
  : [R] extends [never]
    ? false
    : [R] extends [Promise<unknown>]
      ? true
      : false

/** What is asynchronous already stays as it is: to take a function's type apart loses its overloads and type parameters. */
export type Asynchronous<F, A extends readonly unknown[], R> =
  IsPromise<R> extends true ? F : (...args: A) => Promise<Awaited<R>>

/**
 * The handlers' types as callers see them: without the TaskContext, always asynchronous. Overloads and type parameters are
 * kept where there is nothing to change; elsewhere the last overload counts, and a type parameter is `unknown`.
 */
export type StripTaskContext<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R
    ? [A] extends [DropContext<A>]
      ? Asynchronous<T[K], A, R>
      : (...args: DropContext<A>) => Promise<Awaited<R>>
    : never
}
