import type { DisposeSymbol } from '../api/dispose.ts'
import { settle } from './settle.ts'
import { Timers } from './timers.ts'

/** A clock that replaces the platform's for the runtime and most other code. There is one at a time. */
export type VirtualClock = {
  /** Milliseconds by which the clock was advanced. */
  readonly elapsed: number
  /** The number of pending timers. */
  readonly timers: number
  /**
   * Lets time pass. Timers fire when they are due, in order; everything that follows from one, in test workers too, happens
   * before the next one fires (see `settle`).
   *
   * @param ms - a finite, non-negative number.
   * @throws whatever a timer's callback throws. The time is then that of the timer.
   */
  advance(ms: number): Promise<void>
  /**
   * Lets time pass until the next pending timer has fired.
   *
   * @throws Error when no timer is pending.
   */
  advanceToNextTimer(): Promise<void>
  /** Restores the platform's clock. Timers that are still pending never fire. Idempotent. */
  restore(): void
} & { [S in DisposeSymbol]: () => void }

let installed = false

/**
 * Replaces `performance.now`, `setTimeout`, `setInterval` and the functions that clear them, for everyone: a runtime's timeouts,
 * backoffs, idle times, grace periods and snapshots, and all other code. Time then stands still until the test advances it.
 *
 * It starts at the platform's current time, in whole milliseconds. A runtime's time never goes backwards, so create the runtime
 * after the clock, and do not use it after the clock is restored. `Date`, `AbortSignal.timeout` and Node's timers/promises keep
 * the platform's time; no deadline of the runtime depends on them.
 *
 * @throws Error when another virtual clock has not been restored.
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

  /** Fires every timer that is due by `until`. */
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

/** Replaces a property. Returns a function that restores it. */
function replace<T extends object, K extends keyof T>(target: T, name: K, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name)
  Object.defineProperty(target, name, { value, configurable: true, writable: true })
  return () => {
    if (before) Object.defineProperty(target, name, before)
    else delete target[name]
  }
}
