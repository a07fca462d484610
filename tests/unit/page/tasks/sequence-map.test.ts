import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { SequenceMap } from '../../../../ts/page/tasks/sequence-map.ts'

const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ adds: true, at: 0 }) },
  {
    weight: 2,
    arbitrary: fc.record({ adds: fc.constant(false), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
)

it('a SequenceMap finds what a Map finds, whatever is taken in whatever order', () => {
  fc.assert(
    fc.property(
      fc.nat(2 ** 32 - 5_000),
      fc.array(step, { maxLength: 2_000, size: 'max' }),
      (first, steps) => {
        const values = new SequenceMap<{ number: number }>()
        const map = new Map<number, { number: number }>()
        let next = first
        for (const { adds, at } of steps) {
          if (adds) {
            const value = { number: next }
            values.add(next, value)
            map.set(next++, value)
          } else {
            const number = first + Math.floor(at * (next - first))
            expect(values.get(number)).toBe(map.get(number))
            expect(values.take(number)).toBe(map.get(number))
            map.delete(number)
          }
        }
        expect(values.get(first - 1)).toBeUndefined()
        expect(values.takeAll()).toEqual([...map.values()])
        expect(values.takeAll()).toEqual([])
      },
    ),
    { numRuns: 50 },
  )
})
