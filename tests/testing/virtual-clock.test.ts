import { setTimeout as platformDelay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createVirtualClock, type VirtualClock } from '../../ts/testing.ts'

const inPlace = () => ({ setTimeout, setInterval, clearTimeout, clearInterval, now: performance.now })

const PLATFORM = inPlace()

let clock: VirtualClock

beforeEach(() => {
  clock = createVirtualClock()
})

afterEach(() => clock.restore())

/** Records a letter when called. */
function pen() {
  const written: string[] = []
  return { write: (letter: string) => written.push(letter), text: () => written.join('') }
}

it('time stands still until it is advanced, and then passes by exactly that much', async () => {
  const before = performance.now()
  await platformDelay(2)
  expect(performance.now()).toBe(before)
  await clock.advance(250)
  await clock.advance(0.5)
  expect(performance.now() - before).toBe(250.5)
  expect(clock.elapsed).toBe(250.5)
})

it("time goes on from the platform's, in whole milliseconds", () => {
  const past = PLATFORM.now.call(performance)
  expect(performance.now()).toBeGreaterThan(past - 1_000)
  expect(performance.now() % 1).toBe(0)
})

it.each([
  [-1, RangeError, 'ms must be a finite number from 0, not -1'],
  [Number.NaN, RangeError, 'ms must be a finite number from 0, not NaN'],
  [Number.POSITIVE_INFINITY, RangeError, 'ms must be a finite number from 0, not Infinity'],
  ['100' as never, TypeError, 'ms must be a number, not 100'],
])('time cannot be advanced by %s', async (ms, Kind, message) => {
  await expect(clock.advance(ms)).rejects.toThrow(new Kind(message))
  expect(clock.elapsed).toBe(0)
})

it('time can only be advanced by one caller at a time', async () => {
  const first = clock.advance(10)
  await expect(clock.advance(10)).rejects.toThrow('The clock is being advanced already: await that first.')
  await first
  expect(clock.elapsed).toBe(10)
})

it('timers fire in the order of their times, and at the same time in the order of their start', async () => {
  const { write, text } = pen()
  setTimeout(write, 20, 'c')
  setTimeout(write, 10, 'a')
  setTimeout(write, 20, 'd')
  setTimeout(write, 10, 'b')
  setTimeout(write, 21, 'e')
  await clock.advance(20)
  expect(text()).toBe('abcd')
  expect(clock.timers).toBe(1)
})

it('timers see the time at which they are due, and so do those that they start', async () => {
  const moments: number[] = []
  const note = () => moments.push(clock.elapsed)
  setTimeout(() => {
    note()
    setTimeout(note, 5)
  }, 10)
  setTimeout(note, 12)
  await clock.advance(100)
  expect(moments).toEqual([10, 12, 15])
})

it('what follows from one timer happens before the next one fires', async () => {
  const { write, text } = pen()
  setTimeout(async () => {
    write('a')
    await new Promise(resolve => setImmediate(resolve))
    write('b')
  }, 10)
  setTimeout(write, 10, 'c')
  await clock.advance(10)
  expect(text()).toBe('abc')
})

it('intervals repeat, also while they are cleared from inside', async () => {
  const { write, text } = pen()
  const interval = setInterval(() => {
    write('a')
    if (text().length === 3) clearInterval(interval)
  }, 10)
  await clock.advance(100)
  expect(text()).toBe('aaa')
  expect(clock.timers).toBe(0)
})

it('timers that are cleared do not fire, whoever clears them', async () => {
  const { write, text } = pen()
  clearTimeout(setTimeout(write, 1, 'a'))
  clearInterval(setInterval(write, 1, 'b'))
  clearInterval(setTimeout(write, 1, 'c'))
  clearTimeout(undefined)
  await clock.advance(10)
  expect(text()).toBe('')
})

it.each([undefined, 0, -1, Number.NaN, 0.5, 2 ** 31, Number.POSITIVE_INFINITY])(
  'timers wait 1 ms for a delay of %s, as those of the platform do',
  async delay => {
    const { write, text } = pen()
    setTimeout(write, delay, 'a')
    await clock.advance(0.5)
    expect(text()).toBe('')
    await clock.advance(0.5)
    expect(text()).toBe('a')
  },
)

it('timers can be refreshed, referenced and unreferenced', async () => {
  const { write, text } = pen()
  const timer = setTimeout(write, 10, 'a')
  expect(timer.unref().hasRef()).toBe(false)
  expect(timer.ref().hasRef()).toBe(true)
  await clock.advance(9)
  timer.refresh()
  await clock.advance(9)
  expect(text()).toBe('')
  await clock.advance(1)
  expect(text()).toBe('a')
})

it('timers need a function', () => {
  expect(() => setTimeout('code' as never, 1)).toThrow(new TypeError('callback must be a function, not code'))
})

it('a timer that throws stops the clock at its time', async () => {
  const { write, text } = pen()
  setTimeout(() => {
    throw new Error('broken')
  }, 10)
  setTimeout(write, 20, 'a')
  await expect(clock.advance(100)).rejects.toThrow('broken')
  expect(clock.elapsed).toBe(10)
  await clock.advance(10)
  expect(text()).toBe('a')
})

it('timers can be stepped through one by one', async () => {
  setTimeout(() => {}, 7)
  setTimeout(() => {}, 7_000)
  await clock.advanceToNextTimer()
  expect(clock.elapsed).toBe(7)
  await clock.advanceToNextTimer()
  expect(clock.elapsed).toBe(7_000)
  await expect(clock.advanceToNextTimer()).rejects.toThrow('No timer waits.')
})

it("the platform's clock is back after restore(), whatever was there", () => {
  const interval = setInterval(() => {}, 1)
  clock.restore()
  expect(inPlace()).toEqual(PLATFORM)
  expect(() => clearInterval(interval)).not.toThrow()
})

it("the platform's clock is back after a scope that uses the virtual clock", () => {
  clock.restore()
  const present = performance.now()
  {
    using inner = createVirtualClock()
    expect(inner.elapsed).toBe(0)
  }
  expect(performance.now() - present).toBeLessThan(10_000)
  expect(performance.now).toBe(PLATFORM.now)
})

it('the platform clears the timers that it started', async () => {
  clock.restore()
  const fire = vi.fn()
  const timer = setTimeout(fire, 1)
  using _ = createVirtualClock()
  clearTimeout(timer)
  await platformDelay(5)
  expect(fire).not.toHaveBeenCalled()
})

it("the platform's clock is replaced by one virtual clock at a time; a restored one has no effect", () => {
  expect(() => createVirtualClock()).toThrow('There is a virtual clock already: restore() it first.')
  clock.restore()
  using _ = createVirtualClock()
  clock.restore()
  expect(() => createVirtualClock()).toThrow('There is a virtual clock already')
})
