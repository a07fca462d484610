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
  vi.restoreAllMocks()
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

describe('the shared moment', () => {
  const wait = () => Promise.resolve()

  it('is read once while the code runs on, and anew after it has given way', async () => {
    const first = clock.sharedNow()
    vi.advanceTimersByTime(5)
    expect(clock.sharedNow()).toBe(first)
    expect(clock.now()).toBe(first + 5)
    await wait()
    expect(clock.sharedNow()).toBe(first + 5)
  })

  it('does not depend on Date, which may stand still or be set', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(0)
    const first = clock.sharedNow()
    await wait()
    vi.advanceTimersByTime(60_000)
    expect(clock.sharedNow()).toBe(first + 60_000)
  })

  it('does not outlive its code where a test has replaced what runs microtasks', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'queueMicrotask'] })
    const first = clock.sharedNow()
    await wait()
    vi.advanceTimersByTime(5)
    expect(clock.sharedNow()).toBe(first + 5)
  })
})
