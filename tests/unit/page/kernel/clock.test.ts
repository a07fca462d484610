import { afterEach, beforeEach, expect, it, vi } from 'vitest'

type Clock = typeof import('../../../../ts/page/kernel/clock.ts')

let clock: Clock
let page: EventTarget

/** The event that a page fires when it enters the back/forward cache or comes back. */
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

it('the clock runs like performance.now() while the page is awake', () => {
  vi.advanceTimersByTime(250)
  expect(clock.now()).toBe(performance.now())
})

it('the clock does not count the time for which the page was frozen', () => {
  const before = clock.now()
  page.dispatchEvent(new Event('freeze'))
  vi.advanceTimersByTime(60_000)
  page.dispatchEvent(new Event('resume'))
  vi.advanceTimersByTime(5)
  expect(clock.now() - before).toBe(5)
  expect(clock.onPerformanceClock(clock.now())).toBe(performance.now())
})

it('the clock does not count the time in the back/forward cache, whether it is reported once or twice', () => {
  const before = clock.now()
  cached('pagehide', true)
  page.dispatchEvent(new Event('freeze'))
  vi.advanceTimersByTime(60_000)
  page.dispatchEvent(new Event('resume'))
  cached('pageshow', true)
  expect(clock.now() - before).toBe(0)
})

it('the clock runs on when a page is left for good or shown for the first time', () => {
  const before = clock.now()
  cached('pagehide', false)
  vi.advanceTimersByTime(10)
  cached('pageshow', false)
  expect(clock.now() - before).toBe(10)
})

it('the clock listens for freezes once, however many runtimes there are', () => {
  const listen = vi.spyOn(page, 'addEventListener')
  clock.watchFreezes()
  expect(listen).not.toHaveBeenCalled()
})

const wait = () => Promise.resolve()

it('the shared moment is read once while the code runs on, and again after it has yielded', async () => {
  const first = clock.sharedNow()
  vi.advanceTimersByTime(5)
  expect(clock.sharedNow()).toBe(first)
  expect(clock.now()).toBe(first + 5)
  await wait()
  expect(clock.sharedNow()).toBe(first + 5)
})

it('the shared moment does not depend on Date, which may stand still or be set', async () => {
  vi.spyOn(Date, 'now').mockReturnValue(0)
  const first = clock.sharedNow()
  await wait()
  vi.advanceTimersByTime(60_000)
  expect(clock.sharedNow()).toBe(first + 60_000)
})

it('the shared moment expires also where a test has replaced queueMicrotask', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'queueMicrotask'] })
  const first = clock.sharedNow()
  await wait()
  vi.advanceTimersByTime(5)
  expect(clock.sharedNow()).toBe(first + 5)
})
