import { expectTypeOf, it } from 'vitest'
import type { EndSpan, Performer } from '../../ts/page/kernel/boundary.ts'
import type { Kernel } from '../../ts/page/kernel/pkg/kernel.js'

type Scalar = number | boolean | null | undefined | ReturnType<Kernel['free']>

/** What comes and goes as objects, rarely. */
type ColdLane = 'defineTask' | 'openTrace' | 'snapshot'

type HotMethods = {
  [K in Exclude<keyof Kernel, ColdLane>]: Kernel[K] extends (...args: infer A) => infer R
    ? A[number] | R
    : Kernel[K]
}

it('only scalars cross on the hot lane: neither objects nor text', () => {
  type Crossing = Exclude<HotMethods[keyof HotMethods], Scalar>
  expectTypeOf<Crossing>().toBeNever()
})

it('effects carry numbers only', () => {
  type Carried = Parameters<Performer[keyof Performer]>[number]
  expectTypeOf<Exclude<Carried, Scalar | EndSpan>>().toBeNever()
  expectTypeOf<Exclude<EndSpan[keyof EndSpan], Scalar>>().toBeNever()
})

it('ids of different things do not mix', () => {
  const perform = {} as Performer
  const ids = (...[task, call, attempt, slot, epoch]: Parameters<Performer['dispatch']>) => {
    perform.dispatch(task, call, attempt, slot, epoch)
    // @ts-expect-error: the slot before the attempt.
    perform.dispatch(task, call, slot, attempt, epoch)
    // @ts-expect-error: any number.
    perform.dispatch(0, call, attempt, slot, epoch)
  }
  expectTypeOf(ids).toBeFunction()
})
