import { expectTypeOf, it } from 'vitest'
import {
  createTaskWorker,
  type StripTaskContext,
  type TaskContext,
  type TaskHandler,
  type TaskHandlerMap,
  type TaskWorker,
} from '../../ts/worker.ts'

type Options = { quality?: number }

const handlers = {
  plain: (a: number, b: string) => `${a}${b}`,
  contextual: async (image: ImageData, options: Options, context: TaskContext) => ({
    image,
    options,
    context,
  }),
  onlyContext: (_context: TaskContext) => 1,
  optionalContext: (a: number, _context?: TaskContext) => a,
  nothing() {},
  promised: async () => 1,
}

type API = StripTaskContext<typeof handlers>

/** The parameters of a handler with these parameters, as callers see them. */
type Stripped<A extends readonly unknown[]> = Parameters<StripTaskContext<{ f(...args: A): void }>['f']>

/** The type of a method whose handler returns `R`. */
type Returning<R> = StripTaskContext<{ f(): R }>['f']

it('the last parameter is removed if it is the context, and the others keep their names', () => {
  expectTypeOf<Parameters<API['contextual']>>().toEqualTypeOf<[image: ImageData, options: Options]>()
  expectTypeOf<Parameters<API['onlyContext']>>().toEqualTypeOf<[]>()
})

it('the last parameter is removed if it is an optional context, or one that may be undefined or null', () => {
  expectTypeOf<Parameters<API['optionalContext']>>().toEqualTypeOf<[a: number]>()
  expectTypeOf<Stripped<[a: number, ctx: TaskContext | undefined]>>().toEqualTypeOf<[a: number]>()
  expectTypeOf<Stripped<[a: number, ctx: TaskContext | null]>>().toEqualTypeOf<[a: number]>()
  expectTypeOf<Stripped<[a?: number, ctx?: TaskContext]>>().toEqualTypeOf<[a?: number]>()
})

it('the last parameter is removed if it is a part of the context, however it is written', () => {
  interface Abortable {
    readonly signal: AbortSignal
  }
  expectTypeOf<Stripped<[a: number, ctx: Pick<TaskContext, 'signal'>]>>().toEqualTypeOf<[a: number]>()
  expectTypeOf<Stripped<[ctx?: Pick<TaskContext, 'callId' | 'key'>]>>().toEqualTypeOf<[]>()
  expectTypeOf<Stripped<[ctx: Pick<TaskContext, 'report'>]>>().toEqualTypeOf<[]>()
  expectTypeOf<Stripped<[ctx: Pick<TaskContext, 'aborted' | 'yield'>]>>().toEqualTypeOf<[]>()
  expectTypeOf<Stripped<[ctx: Pick<TaskContext, 'interrupt'>]>>().toEqualTypeOf<[]>()
  expectTypeOf<Stripped<[ctx: Omit<TaskContext, 'signal'>]>>().toEqualTypeOf<[]>()
  expectTypeOf<Stripped<[ctx: Partial<TaskContext>]>>().toEqualTypeOf<[]>()
  expectTypeOf<Stripped<[ctx: Readonly<Required<TaskContext>>]>>().toEqualTypeOf<[]>()
  expectTypeOf<Stripped<[ctx: Abortable | undefined]>>().toEqualTypeOf<[]>()
  expectTypeOf<Stripped<[ctx: { callId: string; key: string | undefined }]>>().toEqualTypeOf<[]>()
  expectTypeOf<Stripped<[ctx: TaskContext & { extra?: string }]>>().toEqualTypeOf<[]>()
})

it('the last parameter is removed behind rest arguments, and in each member of a union of parameter lists', () => {
  expectTypeOf<Stripped<[...numbers: number[], ctx: TaskContext]>>().toEqualTypeOf<number[]>()
  expectTypeOf<Stripped<[a: string, ctx: TaskContext] | [a: number, b: number]>>().toEqualTypeOf<
    [a: string] | [a: number, b: number]
  >()
  expectTypeOf<Stripped<readonly [a: number, ctx: TaskContext]>>().toEqualTypeOf<[a: number]>()
})

it('the last parameter stays if it could be an argument', () => {
  type Kept =
    | [a: number, b: string]
    | [a: number, b?: string]
    | [...numbers: number[]]
    | []
    | [value: unknown]
    | [value: object]
    | [value: never]
    | [value: null]
    | [options: { key?: string }]
    | [state: { aborted: boolean }]
    | [headers: { traceparent?: string }]
    | [options: { signal: AbortSignal; quality?: number }]
    | [either: TaskContext | string]
  expectTypeOf<Stripped<Kept>>().toEqualTypeOf<Kept>()
  // biome-ignore lint/suspicious/noExplicitAny: a parameter of type any is what is tested.
  expectTypeOf<Stripped<[input: any]>>().toEqualTypeOf<[input: any]>()
})

it('a method of StripTaskContext keeps its type parameters if there is nothing to change', () => {
  type Kept = {
    same<T>(value: T): Promise<T>
    pluck: <T, K extends keyof T>(row: T, key: K) => Promise<T[K]>
    map: <T, U>(items: T[], how: 'a' | 'b', to?: U) => Promise<U[]>
  }
  expectTypeOf<StripTaskContext<Kept>>().toEqualTypeOf<Kept>()
})

it('a method of StripTaskContext has unknown for a type parameter where something changes', () => {
  type Changed = {
    same<T>(value: T, context: TaskContext): Promise<T>
    first<T>(values: T[]): T
  }
  expectTypeOf<StripTaskContext<Changed>>().toEqualTypeOf<{
    same: (value: unknown) => Promise<unknown>
    first: (values: unknown[]) => Promise<unknown>
  }>()
})

it('a method of StripTaskContext keeps overloads as they are, or changes each of them', () => {
  type Kept = { load: { (id: string): Promise<string>; (ids: string[]): Promise<string[]> } }
  expectTypeOf<StripTaskContext<Kept>>().toEqualTypeOf<Kept>()
  type Changed = {
    load(id: string, context: TaskContext): string
    load(ids: string[], context: TaskContext): Promise<string[]>
    load(from: number, to: number, context?: TaskContext): number[]
  }
  const { load } = {} as StripTaskContext<Changed>
  expectTypeOf(load('a')).toEqualTypeOf<Promise<string>>()
  expectTypeOf(load(['a'])).toEqualTypeOf<Promise<string[]>>()
  expectTypeOf(load(1, 2)).toEqualTypeOf<Promise<number[]>>()
  // @ts-expect-error: no overload takes one number.
  load(1)
})

it('a method of StripTaskContext keeps the last six overloads', () => {
  type Seven = {
    (a: 1): 1
    (a: 2): 2
    (a: 3): 3
    (a: 4): 4
    (a: 5): 5
    (a: 6): 6
    (a: 7): 7
  }
  const { f } = {} as StripTaskContext<{ f: Seven }>
  expectTypeOf(f(2)).toEqualTypeOf<Promise<2>>()
  expectTypeOf(f(7)).toEqualTypeOf<Promise<7>>()
  // @ts-expect-error: the first overload is lost.
  f(1)
})

it('a method of StripTaskContext is each member of a union', () => {
  type Either = StripTaskContext<{ f: ((a: number) => 1) | ((a: number, ctx: TaskContext) => Promise<2>) }>
  expectTypeOf<Either['f']>().toEqualTypeOf<((a: number) => Promise<1>) | ((a: number) => Promise<2>)>()
})

it('a method of StripTaskContext has no `this` and no properties', () => {
  type Bound = { f(this: Date, a: number): Promise<1>; g: ((a: number) => Promise<1>) & { calls: number } }
  expectTypeOf<StripTaskContext<Bound>>().toEqualTypeOf<{
    f: (a: number) => Promise<1>
    g: (a: number) => Promise<1>
  }>()
})

it('a method of StripTaskContext returns one promise of whatever its handler returns', () => {
  class Later<T> extends Promise<T> {
    progress = 0
  }
  expectTypeOf<ReturnType<API['plain']>>().toEqualTypeOf<Promise<string>>()
  expectTypeOf<ReturnType<API['nothing']>>().toEqualTypeOf<Promise<void>>()
  expectTypeOf<ReturnType<API['promised']>>().toEqualTypeOf<Promise<number>>()
  expectTypeOf<Returning<never>>().toEqualTypeOf<() => Promise<never>>()
  expectTypeOf<Returning<Promise<never>>>().toEqualTypeOf<() => Promise<never>>()
  expectTypeOf<Returning<unknown>>().toEqualTypeOf<() => Promise<unknown>>()
  // biome-ignore lint/suspicious/noExplicitAny: a result of type any is what is tested.
  expectTypeOf<Returning<any>>().toEqualTypeOf<() => Promise<any>>()
  expectTypeOf<Returning<Later<number>>>().toEqualTypeOf<() => Promise<number>>()
  expectTypeOf<Returning<PromiseLike<number>>>().toEqualTypeOf<() => Promise<number>>()
  expectTypeOf<Returning<Promise<1> | 2>>().toEqualTypeOf<() => Promise<1 | 2>>()
  expectTypeOf<Returning<Promise<1> | Promise<2> | undefined>>().toEqualTypeOf<
    () => Promise<1 | 2 | undefined>
  >()
  expectTypeOf<Returning<Promise<Promise<1>>>>().toEqualTypeOf<() => Promise<1>>()
  expectTypeOf<Returning<readonly number[]>>().toEqualTypeOf<() => Promise<readonly number[]>>()
})

it('a method of StripTaskContext may be optional or readonly, of an interface or a class', () => {
  interface Parser {
    parse?(text: string, ctx: TaskContext): string
    readonly reset: () => Promise<void>
    version: string
    [Symbol.iterator](): Iterator<string>
  }
  expectTypeOf<StripTaskContext<Parser>>().toEqualTypeOf<{
    parse?: (text: string) => Promise<string>
    readonly reset: () => Promise<void>
  }>()
  class Resizer {
    protected quality = 1
    process(image: ImageData, _ctx: TaskContext) {
      return image
    }
  }
  expectTypeOf<StripTaskContext<Resizer>>().toEqualTypeOf<{
    process: (image: ImageData) => Promise<ImageData>
  }>()
})

it('a method of StripTaskContext may be named by any string, and may be any', () => {
  // biome-ignore lint/suspicious/noExplicitAny: TaskHandlerMap has any arguments.
  type Unknown = (...args: any[]) => Promise<unknown>
  expectTypeOf<StripTaskContext<TaskHandlerMap>>().toEqualTypeOf<{ [x: string]: Unknown }>()
  // biome-ignore lint/suspicious/noExplicitAny: a handler of type any is what is tested.
  type Loose = StripTaskContext<{ f: any }>
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  expectTypeOf<Loose['f']>().toEqualTypeOf<(...args: any[]) => Promise<any>>()
})

it('createTaskWorker takes handlers typed by their object, an interface, a class or TaskHandlerMap', () => {
  interface Handlers {
    process(image: ImageData, context: TaskContext): Promise<ImageData>
  }
  class Parser {
    private calls = 0
    parse = (text: string) => text.slice(this.calls++)
  }
  expectTypeOf(createTaskWorker(handlers)).toEqualTypeOf<TaskWorker>()
  createTaskWorker<Handlers>({ process: async image => image })
  createTaskWorker<TaskHandlerMap>({ a: (n: number) => n })
  createTaskWorker(new Parser())
  createTaskWorker(Object.freeze({ plain: handlers.plain }))
  createTaskWorker({ add: (a, b) => a + b })
  const wrap = <T extends Record<string, TaskHandler>>(given: T) => createTaskWorker(given)
  wrap(handlers)
})

it('createTaskWorker refuses members that are not functions', () => {
  // @ts-expect-error: a handler is a function.
  createTaskWorker({ limit: 3 })
  // @ts-expect-error: a handler is a function.
  createTaskWorker({ limit: 3 }, { context: false })
})

it('createTaskWorker refuses a handler that could receive the context in place of an argument', () => {
  // @ts-expect-error: the context would be the greeting.
  createTaskWorker({ greet: (name: string, greeting = 'Hello') => `${greeting}, ${name}` })
  // @ts-expect-error: the context would be one of the numbers.
  createTaskWorker({ sum: (...numbers: number[]) => numbers.length })
  // @ts-expect-error: the context would be one of the numbers.
  createTaskWorker({ max: Math.max, plain: handlers.plain })
  // @ts-expect-error: the context would be the options.
  createTaskWorker({ f: (_text: string, _options?: object, _ctx?: TaskContext) => 1 })
  // @ts-expect-error: the context would be the options.
  // biome-ignore lint/suspicious/noExplicitAny: an argument of type any is no better.
  createTaskWorker({ f: (_text: string, _options?: any) => 1 })
  // @ts-expect-error: the context would be one of the values.
  createTaskWorker({ f: (...values: unknown[]) => values })
  // @ts-expect-error: the context would be what follows the format.
  createTaskWorker({ log: console.log.bind(console), f: (_format: string, ..._more: number[]) => 1 })
  // @ts-expect-error: the context would be the base of the number.
  createTaskWorker({ parseInt })
  // @ts-expect-error: the context would be `b` for callers of the first overload.
  createTaskWorker({ f: {} as { (a: 1): 1; (a: 1, b: 2): 2 } })
  // @ts-expect-error: the context could be `b`.
  createTaskWorker({ f: {} as ((a: number) => 1) | ((a: number, b?: number) => 1) })
  interface Handlers {
    parse?(text?: string): void
  }
  // @ts-expect-error: the context would be the string.
  createTaskWorker({} as Handlers)
})

it('createTaskWorker says in the error where the context goes, and what to do', () => {
  const refused = (greet: (name: string, greeting?: string) => void) => ({ greet })
  type Expected = Parameters<typeof createTaskWorker<ReturnType<typeof refused>>>[0]['greet']
  expectTypeOf<Expected>().toExtend<`The context is always passed as the last argument${string}`>()
  expectTypeOf<Expected>().toExtend<`${string}createTaskWorker(handlers, { context: false }).`>()
})

it('createTaskWorker takes parameters that callers have to pass, and parameters that are untyped', () => {
  createTaskWorker({
    maybe: (_text: string, _options: object | undefined, _ctx: TaskContext) => 1,
    last: (...args: [...numbers: number[], ctx: TaskContext]) => args.length,
    part: (_text: string, _ctx?: Pick<TaskContext, 'signal'>) => 1,
    generic: <T, K extends keyof T>(row: T, key: K) => row[key],
    overloaded: {} as { (a: string): 1; (a: number): 2 },
    // biome-ignore lint/suspicious/noExplicitAny: handlers that are typed any[] are what is tested.
    loose: (...args: any[]) => args.length,
    never: (...args: never[]) => args.length,
  })
})

it('createTaskWorker takes every handler as it is when no handler gets a context', () => {
  createTaskWorker(
    {
      greet: (name: string, greeting = 'Hello') => `${greeting}, ${name}`,
      sum: (...numbers: number[]) => numbers.length,
      max: Math.max,
      parse: JSON.parse,
    },
    { context: false },
  )
})

it('createTaskWorker takes only safe handlers when it is not known whether they get a context', () => {
  const options = { context: Math.random() > 0.5 }
  createTaskWorker(handlers, options)
  createTaskWorker(handlers, { context: undefined })
  // @ts-expect-error: the context may be one of the numbers.
  createTaskWorker({ max: Math.max }, options)
  // @ts-expect-error: the context is one of the numbers.
  createTaskWorker({ max: Math.max }, { context: true })
  // @ts-expect-error: there is no such option.
  createTaskWorker(handlers, { contexts: false })
})

it('the data of a set-up has the type that the worker file gives it, and is unknown without one', () => {
  const handlers = { echo: (value: number): number => value }
  createTaskWorker(handlers, { setup: async (data: { url: string }, { index }) => void [data.url, index] })
  createTaskWorker(handlers, {
    setup: (data, worker) => {
      expectTypeOf(data).toBeUnknown()
      expectTypeOf(worker).toEqualTypeOf<{ index: number }>()
    },
  })
  // @ts-expect-error a set-up is a function
  createTaskWorker(handlers, { setup: { url: '/model' } })
})
