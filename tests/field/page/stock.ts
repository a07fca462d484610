/** Handlers that the worker of every case has beside its own. */
import type { TaskContext } from '@varunkanwar/atelier/worker'

let count = 0

export const stock = {
  /** What the runner calls after each case. */
  ping: () => 'pong',
  echo: <T>(value: T): T => value,
  /** The kind of a value, as it arrived. */
  what: (value: unknown) => Object.prototype.toString.call(value).slice(8, -1),
  /** 1, 2, 3, …: starts anew in a new worker. */
  count: () => ++count,
  /** Keeps the thread for so many milliseconds; returns when it ended, on the clock of `Date`. */
  spin(ms: number): number {
    const end = performance.now() + ms
    while (performance.now() < end);
    return Date.now()
  },
  /** Waits, and stops when it is canceled. */
  wait: (ms: number, ctx: TaskContext) =>
    new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => resolve('waited'), ms)
      ctx.signal.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(ctx.signal.reason)
      })
    }),
  /** Waits, canceled or not. */
  deaf: (ms: number) => new Promise<string>(resolve => setTimeout(() => resolve('waited'), ms)),
  /** Never answers. */
  hang: () => new Promise<never>(() => undefined),
  fail(message: string): never {
    throw new Error(message)
  },
  /** Ends the worker by itself, in silence. */
  close: () => {
    globalThis.close()
    return new Promise<never>(() => undefined)
  },
  /** Throws outside of any call, a moment after the answer. */
  bang(message: string): string {
    setTimeout(() => {
      throw new Error(message)
    })
    return 'armed'
  },
  /** Leaves an unhandled rejection behind. */
  stray(message: string): string {
    Promise.reject(new Error(message))
    return 'strayed'
  },
}
