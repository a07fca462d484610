import { expect, it } from 'vitest'
import { refuseUnknown } from '../../../ts/shared/unknown-options.ts'

const known = ['poolSize', 'timeoutMs']

it('refuseUnknown names the first option that is not known, and lists those that are', () => {
  expect(() => refuseUnknown('defineTask', { poolSize: 1, timeout: 5, retry: 1 }, known)).toThrow(
    new TypeError('defineTask has no option "timeout". Its options are: poolSize, timeoutMs.'),
  )
})

it.each([
  [{}],
  [{ poolSize: 1 }],
  [{ timeoutMs: undefined, poolSize: undefined }],
  [Object.create({ inherited: 1 })],
])('refuseUnknown lets %o through', options => {
  expect(() => refuseUnknown('defineTask', options, known)).not.toThrow()
})

it.each(['toString', '__proto__', 'constructor', ''])('refuseUnknown refuses an option called "%s"', name => {
  const options = Object.fromEntries([[name, 1]])
  expect(() => refuseUnknown('with()', options, known)).toThrow(`with() has no option "${name}".`)
})
