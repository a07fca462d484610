import { expectTypeOf, it } from 'vitest'
import {
  type ParallelLimitSettledResult,
  parallelLimit,
  yieldAsCompleted,
} from '../../ts/page/pipeline/parallel-limit.ts'

const length = async (text: string) => text.length

it('parallelLimit yields what fn resolves to', () => {
  expectTypeOf(parallelLimit(['a'], 1, length)).toEqualTypeOf<AsyncIterableIterator<number>>()
  expectTypeOf(parallelLimit('ab', 1, text => text.length)).toEqualTypeOf<AsyncIterableIterator<number>>()
  expectTypeOf(parallelLimit(['a'], 1, length, { errorPolicy: 'continue' })).toEqualTypeOf<
    AsyncIterableIterator<number>
  >()
})

it('parallelLimit yields settled results that are told apart by status', () => {
  const results = parallelLimit(['a'], 1, length, { returnSettled: true })
  expectTypeOf(results).toEqualTypeOf<AsyncIterableIterator<ParallelLimitSettledResult<string, number>>>()
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

it('parallelLimit has no error policy beside settled results', () => {
  // @ts-expect-error: failures are yielded, so no policy applies to them.
  parallelLimit(['a'], 1, length, { returnSettled: true, errorPolicy: 'continue' })
})

it('yieldAsCompleted yields what its promises resolve to', () => {
  expectTypeOf(yieldAsCompleted([Promise.resolve(1), 'text'])).toEqualTypeOf<
    AsyncIterableIterator<number | string>
  >()
})
