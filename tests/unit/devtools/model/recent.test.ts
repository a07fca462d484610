import { expect, it } from 'vitest'
import { Rate, Recent } from '../../../../ts/devtools/model/recent.ts'

it('percentiles are ranks among the last 1,024 values', () => {
  const recent = new Recent()
  expect(recent.percentiles()).toBeUndefined()
  for (let value = 1; value <= 100; value++) recent.add(value)
  expect(recent.percentiles()).toEqual({ p50: 50, p95: 95, p99: 99, max: 100, count: 100 })
  for (let value = 0; value < 1_024; value++) recent.add(7)
  expect(recent.percentiles()).toEqual({ p50: 7, p95: 7, p99: 7, max: 7, count: 1_124 })
})

it('a rate is that of the last five seconds, and falls to nothing', () => {
  const rate = new Rate()
  for (let at = 0; at < 10_000; at += 10) rate.add(at)
  expect(rate.perSecond(10_000)).toBeCloseTo(100, -1)
  expect(rate.perSecond(60_000)).toBe(0)
  expect(new Rate().perSecond(5)).toBe(0)
})
