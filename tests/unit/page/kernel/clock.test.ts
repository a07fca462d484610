import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

type Clock = typeof import('../../../../ts/page/kernel/clock.ts')

let clock: Clock
let page: EventTarget

/** What a page tells its window when it goes into the back/forward cache and comes back. */
const cached = (type: 'pagehide' | 'pageshow', persisted: boolean) =>
  page.dispatchEvent(Object.assign(new Event(type), { persisted }))

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  page = new EventTarget()
  vi.stubGlobal('document', page)
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  vi.resetModules()
  clock = await import('../../../../ts/page/kernel/clock.ts')
  clock.watchFreezes()
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

it('runs like performance.now() while the page is awake', () => {
  vi.advanceTimersByTime(250)
  expect(clock.now()).toBe(performance.now())
})

it('does not count the time for which the page was frozen', () => {
  const before = clock.now()
  page.dispatchEvent(new Event('freeze'))
  vi.advanceTimersByTime(60_000)
  page.dispatchEvent(new Event('resume'))
  vi.advanceTimersByTime(5)
  expect(clock.now() - before).toBe(5)
  expect(clock.onPerformanceClock(clock.now())).toBe(performance.now())
})

it('does not count the time in the back/forward cache, told twice or not', () => {
  const before = clock.now()
  cached('pagehide', true)
  page.dispatchEvent(new Event('freeze'))
  vi.advanceTimersByTime(60_000)
  page.dispatchEvent(new Event('resume'))
  cached('pageshow', true)
  expect(clock.now() - before).toBe(0)
})

it('goes on when a page is left for good or shown for the first time', () => {
  const before = clock.now()
  cached('pagehide', false)
  vi.advanceTimersByTime(10)
  cached('pageshow', false)
  expect(clock.now() - before).toBe(10)
})

it('watches once, however many runtimes there are', () => {
  const listen = vi.spyOn(page, 'addEventListener')
  clock.watchFreezes()
  expect(listen).not.toHaveBeenCalled()
})

describe('roughly', () => {
  let reading: number

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    reading = 0.25
    vi.stubGlobal('performance', { now: () => reading })
    vi.resetModules()
    clock = await import('../../../../ts/page/kernel/clock.ts')
    clock.roughlyNow()
  })

  it('is read once while the wall clock stands', () => {
    reading = 0.75
    expect(clock.roughlyNow()).toBe(0.25)
    expect(clock.now()).toBe(0.75)
  })

  it('is read anew when the wall clock has moved, forward or back', () => {
    for (const moved of [1, -2]) {
      vi.setSystemTime(Date.now() + moved)
      reading += 0.5
      expect(clock.roughlyNow()).toBe(reading)
    }
  })

  it.each([
    ['the clock', () => vi.spyOn(performance, 'now').mockImplementation(() => reading)],
    ['the timers', () => vi.useFakeTimers({ toFake: ['setTimeout'] })],
  ])('is read each time where a test has replaced %s', (_, replace) => {
    replace()
    for (reading of [7_000, 8_000]) expect(clock.roughlyNow()).toBe(reading)
  })
})
