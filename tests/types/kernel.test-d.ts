import { expectTypeOf, it } from 'vitest'
import type { Kernel } from '../../ts/page/kernel/pkg/kernel.js'

type Scalar = number | boolean | null | undefined | ReturnType<Kernel['free']>

/** Called rarely: these take or return objects. */
type RareMethods = 'defineTask' | 'snapshot'

type HotMethods = {
  [K in Exclude<keyof Kernel, RareMethods>]: Kernel[K] extends (...args: infer A) => infer R
    ? A[number] | R
    : Kernel[K]
}

it('only scalars cross the boundary per call: neither objects nor strings', () => {
  type Crossing = Exclude<HotMethods[keyof HotMethods], Scalar>
  expectTypeOf<Crossing>().toBeNever()
})
