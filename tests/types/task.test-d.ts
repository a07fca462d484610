import { expectTypeOf, it } from 'vitest'
import type { TaskConfig } from '../../ts/api/config.ts'
import type { TaskRuntime } from '../../ts/api/runtime.ts'
import type { StripTaskContext, TaskHandlerMap } from '../../ts/api/strip-context.ts'
import type { Task, TaskDispatchOptions, WorkerState } from '../../ts/api/task.ts'

type API = {
  size(text: string, encoding?: 'utf8'): Promise<number>
  sync(flag: boolean): string
  readonly version: number
  /** Controls win over methods of the same name, and nothing is thenable. */
  dispose(why: string): Promise<'a method'>
  then(resolve: () => void): Promise<void>
}

declare const task: Task<API>
declare const runtime: TaskRuntime

it('a task has the methods of its worker, all of them async', () => {
  expectTypeOf(task.size).toEqualTypeOf<(text: string, encoding?: 'utf8') => Promise<number>>()
  expectTypeOf(task.sync).toEqualTypeOf<(flag: boolean) => Promise<string>>()
})

it('a listener of progress gets unknown, or what its parameter says', () => {
  task.with({ onProgress: value => expectTypeOf(value).toBeUnknown() })
  task.with({ onProgress: (done: number) => done })
  task.with({ onProgress: ({ done }: { done: number }) => done })
  task.with({ onProgress: undefined })
  // @ts-expect-error: it is called with one value.
  task.with({ onProgress: (done: number, of: number) => done / of })
  // @ts-expect-error: no function.
  task.with({ onProgress: 3 })
})

it('a task has no member of its worker that is not a method', () => {
  expectTypeOf(task).not.toHaveProperty('version')
})

it('a task has the overloads and type parameters of async methods', () => {
  type Loader = {
    load(id: string): Promise<string>
    load(ids: string[]): Promise<string[]>
    largest<T extends { size: number }>(items: T[]): Promise<T>
  }
  const loader = {} as Task<Loader>
  expectTypeOf(loader.load('a')).toEqualTypeOf<Promise<string>>()
  expectTypeOf(loader.load(['a'])).toEqualTypeOf<Promise<string[]>>()
  expectTypeOf(loader.with({ key: 'k' }).largest([{ size: 1, name: 'a' }])).toEqualTypeOf<
    Promise<{ size: number; name: string }>
  >()
  // @ts-expect-error: no overload takes a number.
  loader.load(7)
  // @ts-expect-error: a string has no size.
  loader.largest(['a'])
})

it('a task returns one promise of whatever a method returns', () => {
  // biome-ignore lint/suspicious/noExplicitAny: a method of type any is what is tested.
  type Odd = { any(): any; never(): never; either(): Promise<1> | 2; nothing(): void }
  const odd = {} as Task<Odd>
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  expectTypeOf(odd.any).toEqualTypeOf<() => Promise<any>>()
  expectTypeOf(odd.never).toEqualTypeOf<() => Promise<never>>()
  expectTypeOf(odd.either).toEqualTypeOf<() => Promise<1 | 2>>()
  expectTypeOf(odd.nothing).toEqualTypeOf<() => Promise<void>>()
})

it('a task has every method, also one that is optional in its type, whatever its name', () => {
  interface Sparse {
    parse?(text: string): Promise<number>
    readonly reset: () => void
    7(): string
    limit: number
    [Symbol.iterator](): Iterator<string>
  }
  const sparse = {} as Task<Sparse>
  expectTypeOf(sparse.parse).toEqualTypeOf<(text: string) => Promise<number>>()
  expectTypeOf(sparse.reset).toEqualTypeOf<() => Promise<void>>()
  expectTypeOf(sparse[7]).toEqualTypeOf<() => Promise<string>>()
  expectTypeOf(sparse).not.toHaveProperty('limit')
  expectTypeOf(sparse).not.toHaveProperty(Symbol.iterator)
})

it('a task has no method that a call cannot reach', () => {
  type Shadowed = {
    toString(radix: number): string
    toLocaleString(locale: string): string
    valueOf(): number
    constructor: (a: number) => void
    hasOwnProperty(name: string): boolean
    isPrototypeOf(value: object): boolean
    propertyIsEnumerable(name: string): boolean
    __defineGetter__(): void
    __defineSetter__(): void
    __lookupGetter__(): void
    __lookupSetter__(): void
    __proto__(): void
    toJSON(): string
    then(): void
    with(a: number): void
    getState(a: number): void
    startWorkers(a: number): void
    stopWorkers(a: number): void
    drain(a: number): void
    dispose(a: number): void
    [Symbol.dispose](): void
    kept(): void
  }
  type Own = Omit<Task<Shadowed>, keyof Task<unknown>>
  expectTypeOf<keyof Own>().toEqualTypeOf<'kept'>()
  expectTypeOf({} as Task<Shadowed>).toExtend<Task<{ kept(): void }>>()
  expectTypeOf(({} as Task<Shadowed>).toString).toEqualTypeOf<() => string>()
})

it('a task has the handlers of a worker whose handlers take no context, with their own types', () => {
  const handlers = {
    greet: (name: string, greeting = 'Hello') => `${greeting}, ${name}`,
    max: Math.max,
    async bound(this: object, a?: number) {
      return a
    },
  }
  const plain = {} as Task<typeof handlers>
  expectTypeOf(plain.greet).toEqualTypeOf<(name: string, greeting?: string) => Promise<string>>()
  expectTypeOf(plain.max).toEqualTypeOf<(...values: number[]) => Promise<number>>()
  expectTypeOf(plain.bound).toEqualTypeOf<(a?: number) => Promise<number | undefined>>()
  expectTypeOf<Task<StripTaskContext<typeof handlers>>>().toExtend<Task<typeof handlers>>()
})

it('a task with any string as method name has methods beside its controls', () => {
  const loose = {} as Task<StripTaskContext<TaskHandlerMap>>
  expectTypeOf(loose.anything?.(1)).toEqualTypeOf<Promise<unknown> | undefined>()
  expectTypeOf(loose.getState()).toEqualTypeOf<WorkerState>()
})

it('a task can be defined by code that does not know its methods', () => {
  const define = <T>(owner: TaskRuntime, config: TaskConfig): Task<T> => owner.defineTask<T>(config)
  const end = <T>(given: Task<T>): void => given.dispose()
  end(define<API>(runtime, { type: 'singleton', worker: () => new Worker('x.js') }))
})

it('a task keeps its own controls, and is not a promise', () => {
  expectTypeOf(task.dispose).toEqualTypeOf<() => void>()
  expectTypeOf(task).not.toHaveProperty('then')
  expectTypeOf(task.getState()).toEqualTypeOf<WorkerState>()
  expectTypeOf(task.drain()).toEqualTypeOf<Promise<void>>()
  expectTypeOf(task).toExtend<Disposable>()
})

it('a task with options is the same task', () => {
  expectTypeOf(task.with).toEqualTypeOf<(options: TaskDispatchOptions) => Task<API>>()
})

it('a task does not take wrong arguments', () => {
  // @ts-expect-error: the argument is missing.
  task.size()
  // @ts-expect-error: a number is not a string.
  task.size(7)
  // @ts-expect-error: callers do not pass the context.
  task.size('text', 'utf8', { signal: AbortSignal.abort() })
  // @ts-expect-error: there is no such option.
  task.with({ timeout: 1 })
})

it('a configuration needs a type and a worker, and may set the rest to undefined', () => {
  expectTypeOf<{ type: 'parallel'; worker: () => Worker }>().toExtend<TaskConfig>()
  expectTypeOf<{ type: 'parallel'; worker: () => Worker; poolSize: undefined }>().toExtend<TaskConfig>()
  expectTypeOf<{ type: 'pool'; worker: () => Worker }>().not.toExtend<TaskConfig>()
  expectTypeOf<{ type: 'parallel' }>().not.toExtend<TaskConfig>()
})

it('a configuration may be put together from parts that may be missing', () => {
  const config = (given: { timeoutMs?: number; keyOf?: (text: string) => string }): TaskConfig => ({
    type: 'singleton',
    worker: () => new Worker('x.js'),
    timeoutMs: given.timeoutMs,
    keyOf: given.keyOf,
  })
  expectTypeOf(config).returns.toEqualTypeOf<TaskConfig>()
  const options = (given: { signal?: AbortSignal; key?: string }): TaskDispatchOptions => ({
    signal: given.signal,
    key: given.key,
  })
  expectTypeOf(options).returns.toEqualTypeOf<TaskDispatchOptions>()
})

it('a configuration names the API of its task', () => {
  const config: TaskConfig = { type: 'singleton', worker: () => new Worker('x.js') }
  expectTypeOf(runtime.defineTask<API>(config)).toEqualTypeOf<Task<API>>()
})

it('runWithTrace resolves with what its function returns', () => {
  expectTypeOf(runtime.runWithTrace('a', () => 1)).toEqualTypeOf<Promise<number>>()
  expectTypeOf(runtime.runWithTrace('a', async () => 'text')).toEqualTypeOf<Promise<string>>()
})

it('an event is discriminated by its kind', () => {
  runtime.subscribeEvents(event => {
    if (event.kind === 'span') expectTypeOf(event.attemptCount).toEqualTypeOf<number>()
    else if (event.kind === 'trace') expectTypeOf(event.traceId).toEqualTypeOf<string>()
    else expectTypeOf(event.value).toEqualTypeOf<number>()
  })
})
