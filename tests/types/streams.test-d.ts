import { expectTypeOf, it } from 'vitest'
import type { TaskConfig } from '../../ts/api/config.ts'
import type { TaskContext } from '../../ts/api/context.ts'
import type { TaskRuntime } from '../../ts/api/runtime.ts'
import type { TaskStream } from '../../ts/api/streams.ts'
import type { StripTaskContext } from '../../ts/api/strip-context.ts'
import type { Task } from '../../ts/api/task.ts'

type Row = { id: number }

declare const handlers: {
  rows(file: Blob, context: TaskContext): AsyncGenerator<Row, number, unknown>
  numbers(count: number): Generator<number, void, unknown>
  iterator(): IterableIterator<string>
  feed(context: TaskContext): AsyncIterable<string>
  later(): Promise<AsyncGenerator<1, 2, unknown>>
  eager(): Promise<Generator<1, 2, unknown>>
  array(): number[]
  map(): Promise<Map<string, number>>
  text(): string
  readable(): ReadableStream<Uint8Array>
  folder(): FileSystemDirectoryHandle
  // biome-ignore lint/suspicious/noExplicitAny: what is any stays any.
  anything(): any
  unknown(): unknown
  never(): never
  either(): number | AsyncGenerator<1, 2, unknown>
}

type API = StripTaskContext<typeof handlers>
declare const task: Task<API>
declare const runtime: TaskRuntime
declare const worker: () => Worker

it('a handler that returns a generator or an async iterable is called for a stream, without the context', () => {
  expectTypeOf(task.rows).toEqualTypeOf<(file: Blob) => TaskStream<Row, number>>()
  expectTypeOf(task.numbers).toEqualTypeOf<(count: number) => TaskStream<number, void>>()
  expectTypeOf(task.iterator().next).returns.resolves.toEqualTypeOf<
    // biome-ignore lint/suspicious/noExplicitAny: what lib says that such an iterator returns.
    IteratorResult<string, any>
  >()
  expectTypeOf(task.feed).toEqualTypeOf<() => TaskStream<string>>()
})

it('a promise of a generator is called for a stream', () => {
  expectTypeOf(task.later).toEqualTypeOf<() => TaskStream<1, 2>>()
  expectTypeOf(task.eager).toEqualTypeOf<() => TaskStream<1, 2>>()
})

it('what can be cloned or moved is no stream, though it can be iterated', () => {
  expectTypeOf(task.array).toEqualTypeOf<() => Promise<number[]>>()
  expectTypeOf(task.map).toEqualTypeOf<() => Promise<Map<string, number>>>()
  expectTypeOf(task.text).toEqualTypeOf<() => Promise<string>>()
  expectTypeOf(task.readable).toEqualTypeOf<() => Promise<ReadableStream<Uint8Array>>>()
  expectTypeOf(task.folder).toEqualTypeOf<() => Promise<FileSystemDirectoryHandle>>()
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  expectTypeOf(task.anything).toEqualTypeOf<() => Promise<any>>()
  expectTypeOf(task.unknown).toEqualTypeOf<() => Promise<unknown>>()
  expectTypeOf(task.never).toEqualTypeOf<() => Promise<never>>()
})

it('the handlers of a worker without contexts can be the type of a task', () => {
  const plain = {} as Task<{ rows(file: Blob): AsyncGenerator<Row, number, unknown> }>
  expectTypeOf(plain.rows).toEqualTypeOf<(file: Blob) => TaskStream<Row, number>>()
})

it('a stream is iterated by for await, and its end is what the handler returned', async () => {
  for await (const row of task.rows(new Blob())) expectTypeOf(row).toEqualTypeOf<Row>()
  const step = await task.rows(new Blob()).next()
  if (step.done) expectTypeOf(step.value).toEqualTypeOf<number>()
  const left = await task.rows(new Blob()).return()
  if (left.done) expectTypeOf(left.value).toEqualTypeOf<number | undefined>()
  const iterator: AsyncIterator<Row> = task.rows(new Blob())
  await using stream = task.feed()
  return { iterator, stream }
})

it('`streams` takes the names of streaming methods and no others', () => {
  const base = { type: 'parallel', worker } as const
  runtime.defineTask<API>({ ...base, streams: { rows: true, feed: { ahead: 64, itemTimeoutMs: 1_000 } } })
  runtime.defineTask<API>({ ...base, streams: { later: undefined } })
  // @ts-expect-error: not a streaming method.
  runtime.defineTask<API>({ ...base, streams: { array: true } })
  // @ts-expect-error: not a method.
  runtime.defineTask<API>({ ...base, streams: { row: true } })
  // @ts-expect-error: no such option.
  runtime.defineTask<API>({ ...base, streams: { rows: { before: 3 } } })
  // @ts-expect-error: a method that is no stream is left out.
  runtime.defineTask<API>({ ...base, streams: { rows: false } })
})

it('a generic wrapper around defineTask() compiles, with a configuration for any worker or for this one', () => {
  function useTask<T>(create: () => Worker): Task<T> {
    return runtime.defineTask<T>({ type: 'parallel', worker: create })
  }
  function useAny<T>(config: TaskConfig): Task<T> {
    return runtime.defineTask<T>({ ...config, poolSize: 2 })
  }
  function useThis<T>(config: TaskConfig<T>): Task<T> {
    return runtime.defineTask<T>(config)
  }
  function usePart<T>(config: Partial<TaskConfig<T>>): Task<T> {
    return runtime.defineTask<T>({ type: 'singleton', worker, ...config })
  }
  const mine = useThis<API>({ type: 'parallel', worker, streams: { rows: true } })
  expectTypeOf(mine.rows).toEqualTypeOf<(file: Blob) => TaskStream<Row, number>>()
  return [useTask<API>, useAny<API>, usePart<API>]
})
