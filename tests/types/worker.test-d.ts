import { describe, expectTypeOf, it } from 'vitest'
import {
  createTaskWorker,
  type StripTaskContext,
  type TaskContext,
  type TaskHandlerMap,
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
  optional: (a: number, b?: string) => [a, b] as const,
  optionalContext: (a: number, _context?: TaskContext) => a,
  rest: (...numbers: number[]) => numbers.length,
  nothing() {},
  promised: async () => 1,
}

type API = StripTaskContext<typeof handlers>

describe('StripTaskContext', () => {
  it('removes the context, wherever it is the last parameter', () => {
    expectTypeOf<Parameters<API['contextual']>>().toEqualTypeOf<[image: ImageData, options: Options]>()
    expectTypeOf<Parameters<API['onlyContext']>>().toEqualTypeOf<[]>()
    expectTypeOf<Parameters<API['optionalContext']>>().toEqualTypeOf<[a: number]>()
  })

  it('leaves every other parameter as it is', () => {
    expectTypeOf<Parameters<API['plain']>>().toEqualTypeOf<[a: number, b: string]>()
    expectTypeOf<Parameters<API['optional']>>().toEqualTypeOf<[a: number, b?: string | undefined]>()
    expectTypeOf<Parameters<API['rest']>>().toEqualTypeOf<number[]>()
    expectTypeOf<Parameters<API['nothing']>>().toEqualTypeOf<[]>()
    // biome-ignore lint/suspicious/noExplicitAny: a parameter of type any is what is tested.
    type Loose = StripTaskContext<{ parse: (input: any) => string }>
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    expectTypeOf<Parameters<Loose['parse']>>().toEqualTypeOf<[input: any]>()
  })

  it('keeps overloads and type parameters where there is nothing to strip', () => {
    type Kept = {
      load(id: string): Promise<string>
      load(ids: string[]): Promise<string[]>
      same<T>(value: T): Promise<T>
    }
    expectTypeOf<StripTaskContext<Kept>>().toEqualTypeOf<Kept>()
  })

  it('takes the last overload, and unknown for a type parameter, elsewhere', () => {
    type Changed = {
      load(id: string): string
      load(ids: string[]): string[]
      same<T>(value: T, context: TaskContext): Promise<T>
    }
    expectTypeOf<StripTaskContext<Changed>>().toEqualTypeOf<{
      load: (ids: string[]) => Promise<string[]>
      same: (value: unknown) => Promise<unknown>
    }>()
  })

  it('makes every result one promise', () => {
    expectTypeOf<ReturnType<API['plain']>>().toEqualTypeOf<Promise<string>>()
    expectTypeOf<ReturnType<API['nothing']>>().toEqualTypeOf<Promise<void>>()
    expectTypeOf<ReturnType<API['promised']>>().toEqualTypeOf<Promise<number>>()
  })
})

describe('createTaskWorker', () => {
  it('takes handlers of any signature, typed by their object, an interface or TaskHandlerMap', () => {
    interface Handlers {
      process(image: ImageData, context: TaskContext): Promise<ImageData>
    }
    expectTypeOf(createTaskWorker<typeof handlers>).toBeCallableWith(handlers)
    expectTypeOf(createTaskWorker<Handlers>).toBeCallableWith({ process: async image => image })
    expectTypeOf(createTaskWorker<TaskHandlerMap>).toBeCallableWith({ a: (n: number) => n })
  })

  it('refuses members that are no functions', () => {
    // @ts-expect-error: a handler is a function.
    createTaskWorker({ limit: 3 })
  })
})
