import { expectTypeOf, it } from 'vitest'
import type { Kernel } from '../../ts/page/kernel/pkg/kernel.js'

type Scalar = number | boolean | null | undefined | ReturnType<Kernel['free']>

/** What comes and goes as objects, rarely. */
type ColdLane = 'defineTask' | 'snapshot'

type HotMethods = {
  [K in Exclude<keyof Kernel, ColdLane>]: Kernel[K] extends (...args: infer A) => infer R
    ? A[number] | R
    : Kernel[K]
}

it('only scalars cross on the hot lane: neither objects nor text', () => {
  type Crossing = Exclude<HotMethods[keyof HotMethods], Scalar>
  expectTypeOf<Crossing>().toBeNever()
})
