import { expectTypeOf, it } from 'vitest'
import type { TaskStream } from '../../ts/api/streams.ts'
import type {
  ParallelLimitIterator,
  ParallelLimitOptions,
  ParallelLimitSettledOptions,
  ParallelLimitSettledResult,
} from '../../ts/page/pipeline/options.ts'
import { parallelLimit, yieldAsCompleted } from '../../ts/page/pipeline/parallel-limit.ts'

const length = async (text: string) => text.length

it('parallelLimit yields what fn resolves to', () => {
  expectTypeOf(parallelLimit(['a'], 1, length)).toEqualTypeOf<ParallelLimitIterator<number>>()
  expectTypeOf(parallelLimit('ab', 1, text => text.length)).toEqualTypeOf<ParallelLimitIterator<number>>()
  expectTypeOf(parallelLimit(['a'], 1, length, { errorPolicy: 'continue' })).toEqualTypeOf<
    ParallelLimitIterator<number>
  >()
})

it('parallelLimit yields the items of the streams that fn returns', () => {
  const rows = (text: string) => ({}) as TaskStream<{ text: typeof text }, number>
  type Row = { text: string }
  expectTypeOf(parallelLimit(['a'], 1, rows)).toEqualTypeOf<ParallelLimitIterator<Row>>()
  expectTypeOf(parallelLimit(['a'], 1, async text => rows(text), { ordered: true })).toEqualTypeOf<
    ParallelLimitIterator<Row>
  >()
  expectTypeOf(parallelLimit(['a'], 1, rows, { returnSettled: true })).toEqualTypeOf<
    ParallelLimitIterator<ParallelLimitSettledResult<string, Row>>
  >()
})

it('parallelLimit yields any where fn returns any, in a generic function what that says, and takes type arguments', () => {
  // biome-ignore lint/suspicious/noExplicitAny: the case.
  expectTypeOf(parallelLimit(['a'], 1, (text): any => text)).toEqualTypeOf<ParallelLimitIterator<any>>()
  const generic = <R>(fn: (text: string) => Promise<R>): AsyncIterable<R> => parallelLimit(['a'], 1, fn)
  expectTypeOf(generic(length)).toEqualTypeOf<AsyncIterable<number>>()
  expectTypeOf(parallelLimit<string, number>(['a'], 1, length)).toEqualTypeOf<ParallelLimitIterator<number>>()
})

it('parallelLimit yields settled results that are discriminated by status', () => {
  const results = parallelLimit(['a'], 1, length, { returnSettled: true })
  expectTypeOf(results).toEqualTypeOf<ParallelLimitIterator<ParallelLimitSettledResult<string, number>>>()
  type Fulfilled = Extract<ParallelLimitSettledResult<string, number>, { status: 'fulfilled' }>
  expectTypeOf<Fulfilled['value']>().toEqualTypeOf<number>()
})

it('parallelLimit infers items in every option', () => {
  parallelLimit([{ id: 'a' }], 1, ({ id }) => id, {
    keyOf: item => expectTypeOf(item).toEqualTypeOf<{ id: string }>() && item.id,
    onError: (error, item) => {
      expectTypeOf(error).toBeUnknown()
      expectTypeOf(item).toEqualTypeOf<{ id: string }>()
    },
  })
})

it('parallelLimit takes no error policy along with settled results', () => {
  // @ts-expect-error: failures are yielded, so no policy applies to them.
  parallelLimit(['a'], 1, length, { returnSettled: true, errorPolicy: 'continue' })
})

it('yieldAsCompleted yields what its promises resolve to', () => {
  expectTypeOf(yieldAsCompleted([Promise.resolve(1), 'text'])).toEqualTypeOf<
    ParallelLimitIterator<number | string>
  >()
})

it('parallelLimit yields either when returnSettled is known only at run time', () => {
  const returnSettled = Math.random() > 0.5
  type Either = ParallelLimitIterator<number | ParallelLimitSettledResult<string, number>>
  expectTypeOf(parallelLimit(['a'], 1, length, { returnSettled })).toEqualTypeOf<Either>()
  expectTypeOf(
    parallelLimit(['a'], 1, length, { returnSettled, errorPolicy: 'continue', ordered: true }),
  ).toEqualTypeOf<Either>()
  const either = {} as ParallelLimitOptions<string> | ParallelLimitSettledOptions<string>
  expectTypeOf(parallelLimit(['a'], 1, length, either)).toEqualTypeOf<Either>()
  expectTypeOf(
    parallelLimit(['a'], 1, length, {
      ordered: true,
      ...(returnSettled ? { returnSettled: true } : { errorPolicy: 'continue' }),
    }),
  ).toEqualTypeOf<Either>()
})

it('parallelLimit takes undefined for every option, and no unknown option', () => {
  parallelLimit(['a'], 1, length, {
    onError: undefined,
    signal: undefined,
    abortTaskController: undefined,
    keyOf: undefined,
    ordered: undefined,
    errorPolicy: undefined,
    returnSettled: undefined,
  })
  // @ts-expect-error: there is no such option.
  parallelLimit(['a'], 1, length, { inOrder: true })
})

it('an iterator of parallelLimit can be closed in every way', () => {
  const results = parallelLimit(['a'], 1, length)
  expectTypeOf(results).toExtend<AsyncIterableIterator<number> & AsyncDisposable>()
  expectTypeOf(results.next()).toEqualTypeOf<Promise<IteratorResult<number, undefined>>>()
  expectTypeOf(results.throw).toBeCallableWith(new Error('why'))
  expectTypeOf(results.return).toBeCallableWith()
})
