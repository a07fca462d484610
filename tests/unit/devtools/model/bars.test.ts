import { expect, it } from 'vitest'
import { BarState, Bars, type CallFacts } from '../../../../ts/devtools/model/bars.ts'

const facts = (id: string): CallFacts => ({
  id,
  method: 'run',
  key: undefined,
  trace: undefined,
  priority: 0,
})

const add = (bars: Bars, call: number, start = call) => {
  bars.add(start, 0, call, 1, facts(`c-${call}`), true)
  return bars.next - 1
}

it('attempts that overlap have rows of their own, and a row is used again once it is free', () => {
  const bars = new Bars()
  const [a, b] = [add(bars, 0), add(bars, 1)]
  expect([a, b].map(number => bars.row[bars.at(number)])).toEqual([0, 1])
  bars.close(a, 5, BarState.ok, Number.NaN)
  const c = add(bars, 2)
  expect(bars.row[bars.at(c)]).toBe(0)
  expect(bars.rows).toBe(2)
})

it('what was added is found while the ring grows', () => {
  const bars = new Bars()
  for (let call = 0; call < 1_000; call++) {
    const number = add(bars, call)
    if (call % 2 === 0) bars.close(number, call + 1, BarState.ok, 0.5)
  }
  expect(bars.first).toBe(0)
  expect(bars.openCount).toBe(500)
  for (let number = 0; number < 1_000; number++) {
    const index = bars.at(number)
    expect([bars.call[index], bars.start[index], bars.facts[index]?.id]).toEqual([
      number,
      number,
      `c-${number}`,
    ])
    expect(bars.end[index]).toBe(number % 2 === 0 ? number + 1 : Number.POSITIVE_INFINITY)
  }
  expect(bars.find(999)).toBe(999)
  expect(bars.find(998)).toBeUndefined()
})

it('of a hundred thousand attempts the last ones are kept, and an open one that had to go is forgotten', () => {
  const bars = new Bars()
  add(bars, 0)
  for (let call = 1; call < 100_000; call++) bars.close(add(bars, call), call, BarState.ok, Number.NaN)
  expect(bars.next - bars.first).toBe(bars.start.length)
  expect(bars.start.length).toBe(4_096)
  expect(bars.facts.length).toBe(4_096)
  expect(bars.find(0)).toBeUndefined()
  expect(bars.openCount).toBe(0)
})
