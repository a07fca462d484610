/** An object that `using` can dispose. */
export type Disposal = { [Symbol.dispose](): void }

/** Returns an object with the method that `using` calls, or an empty one where the platform has no `Symbol.dispose`. */
export function disposal(dispose: () => void): Disposal {
  return (typeof Symbol.dispose === 'symbol' ? { [Symbol.dispose]: dispose } : {}) as Disposal
}
