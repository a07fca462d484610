import { afterEach, beforeEach, expect, it, vi } from 'vitest'

type Epoch = typeof import('../../../../ts/page/observability/epoch.ts')
type Clock = typeof import('../../../../ts/page/kernel/clock.ts')

/** When the page was loaded. */
const ORIGIN = 1_700_000_000_000.25

let epoch: Epoch
let clock: Clock
let page: EventTarget
/** The two clocks of the platform: `performance.now()`, and how far `Date` has moved away from it. */
let elapsed: number
let drift: number

beforeEach(async () => {
  elapsed = 1_000.5
  drift = 0
  page = new EventTarget()
  vi.stubGlobal('document', page)
  vi.stubGlobal('addEventListener', () => {})
  vi.stubGlobal('performance', { timeOrigin: ORIGIN, now: () => elapsed })
  vi.spyOn(Date, 'now').mockImplementation(() => Math.floor(ORIGIN + elapsed + drift))
  vi.resetModules()
  epoch = await import('../../../../ts/page/observability/epoch.ts')
  clock = await import('../../../../ts/page/kernel/clock.ts')
  clock.watchFreezes()
  epoch.alignEpoch()
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** The timestamp of an event that is emitted now. */
const stated = () => epoch.epochAt(clock.now())

it('epoch time has the resolution of the monotonic clock, and its distances', () => {
  const first = stated()
  expect(first).toBe(ORIGIN + 1_000.5)
  elapsed += 0.125
  expect(stated() - first).toBe(0.125)
})

it.each<[string, number]>([
  ['after the device has slept', 8 * 3_600_000],
  ['after the clock was set back', -3_600_000],
  ['after the clock was set by a second', 1_000],
])('epoch time is what Date says %s', (_, by) => {
  stated()
  elapsed += 10
  drift += by
  expect(Math.abs(stated() - Date.now())).toBeLessThanOrEqual(1)
  elapsed += 0.5
  expect(Math.abs(stated() - Date.now())).toBeLessThanOrEqual(1)
})

it('epoch time is what Date says to within 20 ms while the clock is slewed, however long', () => {
  for (let second = 0; second < 10_000; second++) {
    elapsed += 1_000
    drift += 0.5
    expect(Math.abs(stated() - Date.now())).toBeLessThanOrEqual(20)
  }
})

it('epoch time is what Date says after the page was frozen, which the kernel does not count', () => {
  page.dispatchEvent(new Event('freeze'))
  elapsed += 60_000
  page.dispatchEvent(new Event('resume'))
  expect(Math.abs(stated() - Date.now())).toBeLessThanOrEqual(1)
})

it('epoch time is what Date says from the start where the platform has no time origin', async () => {
  vi.stubGlobal('performance', { now: () => elapsed })
  vi.resetModules()
  const fresh = await import('../../../../ts/page/observability/epoch.ts')
  expect(Math.abs(fresh.epochAt(elapsed) - Date.now())).toBeLessThanOrEqual(1)
})

it('epoch time does not go back where Date merely has its usual resolution', () => {
  let last = stated()
  for (let step = 0; step < 10_000; step++) {
    elapsed += 0.1
    const next = stated()
    expect(next).toBeGreaterThan(last)
    last = next
  }
})

it('epoch time ignores a delay between the readings of the two clocks', () => {
  const moment = clock.now()
  const before = stated()
  vi.mocked(Date.now).mockImplementationOnce(() => {
    const wall = Math.floor(ORIGIN + elapsed)
    elapsed += 300
    return wall
  })
  expect(epoch.epochOfPast(moment)).toBe(before)
  expect(stated()).toBe(before + 300)
})

it('a past moment keeps its epoch time, whatever happens to the clocks later', () => {
  const moment = clock.now()
  const then = stated()
  for (const by of [3_600_000, -7_200_000, 500]) {
    elapsed += 10
    drift += by
    expect(epoch.epochOfPast(moment)).toBe(then)
    stated()
  }
  page.dispatchEvent(new Event('freeze'))
  elapsed += 60_000
  page.dispatchEvent(new Event('resume'))
  stated()
  expect(epoch.epochOfPast(moment)).toBe(then)
})

it('a past moment keeps its epoch time also when nothing was reported in between', () => {
  const moment = clock.now()
  const then = Date.now()
  elapsed += 10
  drift += 3_600_000
  expect(Math.floor(epoch.epochOfPast(moment))).toBe(then)
})

it('epoch time starts over on a clock that is behind, as a test double of time is', () => {
  elapsed = 5
  drift = 1_234
  epoch.alignEpoch()
  expect(Math.abs(stated() - Date.now())).toBeLessThanOrEqual(1)
})
