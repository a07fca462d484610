/** The handlers in every contender's worker. */
export const handlers = {
  noop(): void {},

  echo(buffer: ArrayBuffer): ArrayBuffer {
    return buffer
  },

  /** Never ends, and so keeps its worker busy. */
  hold(): Promise<never> {
    return new Promise(() => {})
  },

  /** Blocks the worker without using the processor. Returns for how long it really did, in milliseconds. */
  sleep(duration: number): number {
    const start = performance.now()
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, duration)
    return performance.now() - start
  },

  /** Counts the primes below a limit, by trial division. */
  primes(limit: number): number {
    let count = 0
    for (let candidate = 2; candidate < limit; candidate++) if (isPrime(candidate)) count++
    return count
  },
}

export type Handlers = typeof handlers

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) return false
  return true
}
