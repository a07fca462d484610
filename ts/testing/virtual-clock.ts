import type { DisposeSymbol } from '../api/dispose.ts'
import { settle } from './settle.ts'
import { Timers } from './timers.ts'

/** What time means to a runtime and to most code: taken over by one clock at a time. */
export type VirtualClock = {
  /** Milliseconds by which the clock was advanced. */
  readonly elapsed: number
  /** How many timers wait. */
  readonly timers: number
  /**
   * Lets time pass. Timers fire when they are due, in order; what follows from each, in test workers too, has happened
   * before the next (see `settle`).
   *
   * @param ms - a finite number from 0.
   * @throws What a timer's callback throws. The time is then that of the timer.
   */
  advance(ms: number): Promise<void>
  /**
   * Lets time pass until the next timer has fired.
   *
   * @throws Error when none waits.
   */
  advanceToNextTimer(): Promise<void>
  /** Gives the platform its clock back. Timers that wait never fire. Idempotent. */
  restore(): void
} & { [S in DisposeSymbol]: () => void }

let installed = false

/**
 * Takes over `performance.now`, `setTimeout`, `setInterval` and what clears them, for a runtime's time-outs, backoffs, idle
 * times, graces and snapshots as for everybody else. Time then stands still until the test advances it.
 *
 * It begins at the platform's present, in whole milliseconds. A runtime that was told a moment does not go back before it, so
 * create it after the clock, and use it no more once the clock is restored. `Date`, `AbortSignal.timeout` and Node's
 * timers/promises stay with the platform's time; the runtime uses none of them.
 *
 * @throws Error when there is a virtual clock that was not restored.
 */
export function createVirtualClock(): VirtualClock {
  if (installed) throw new Error('There is a virtual clock already: restore() it first.')
  const timers = new Timers(Math.ceil(performance.now()))
  const { clearTimeout, clearInterval } = globalThis
  const putBack = [
    replace(performance, 'now', () => timers.now),
    replace(globalThis, 'setTimeout', timers.starter(false)),
    replace(globalThis, 'setInterval', timers.starter(true)),
    replace(globalThis, 'clearTimeout', timers.stopper(clearTimeout)),
    replace(globalThis, 'clearInterval', timers.stopper(clearInterval)),
  ]
  installed = true
  const begin = timers.now
  let advancing = false

  /** Fires what is due until a moment. */
  const run = async (until: number) => {
    if (advancing) throw new Error('The clock is being advanced already: await that first.')
    advancing = true
    try {
      await settle()
      for (let timer = timers.next(until); timer; timer = timers.next(until)) {
        timers.fire(timer)
        await settle()
      }
      timers.now = Math.max(timers.now, until)
    } finally {
      advancing = false
    }
  }
  const restore = () => {
    if (putBack.length > 0) installed = false
    for (const undo of putBack.splice(0)) undo()
  }
  return {
    get elapsed() {
      return timers.now - begin
    },
    get timers() {
      return timers.size
    },
    advance: async ms => run(timers.now + checked(ms)),
    async advanceToNextTimer() {
      await settle()
      const next = timers.next(Number.POSITIVE_INFINITY)
      if (!next) throw new Error('No timer waits.')
      await run(next.due)
    },
    restore,
    [Symbol.dispose]: restore,
  }
}

function checked(ms: unknown): number {
  if (typeof ms !== 'number') throw new TypeError(`ms must be a number, not ${String(ms)}`)
  if (ms >= 0 && Number.isFinite(ms)) return ms
  throw new RangeError(`ms must be a finite number from 0, not ${ms}`)
}

/** Answers how to put back what was there. */
function replace<T extends object, K extends keyof T>(target: T, name: K, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name)
  Object.defineProperty(target, name, { value, configurable: true, writable: true })
  return () => {
    if (before) Object.defineProperty(target, name, before)
    else delete target[name]
  }
}
