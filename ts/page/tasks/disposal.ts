/** What `using` calls. */
export type Disposal = { [Symbol.dispose](): void }

/** The member that `using` calls, where the platform has the symbol. */
export function disposal(dispose: () => void): Disposal {
  return (typeof Symbol.dispose === 'symbol' ? { [Symbol.dispose]: dispose } : {}) as Disposal
}
