import { expect, it } from 'vitest'
import { Depths } from '../../../../ts/devtools/model/depths.ts'

it('what holds is found at any moment that is kept', () => {
  const depths = new Depths()
  for (let step = 0; step < 20_000; step++) depths.add(step * 20, step, 0, 0)
  const at = (moment: number) => depths.inFlight[depths.index(depths.before(moment))]
  expect(at(20_000 * 20)).toBe(19_999)
  expect(at(19_000 * 20 + 19)).toBe(19_000)
  expect(depths.next - depths.first).toBe(6_144)
  expect(at(0)).toBe(depths.first)
})

it('changes within a step leave what held last', () => {
  const depths = new Depths()
  for (const inFlight of [1, 2, 1, 0]) depths.add(5, inFlight, 0, 0)
  expect(depths.next).toBe(1)
  expect(depths.inFlight[0]).toBe(0)
})
