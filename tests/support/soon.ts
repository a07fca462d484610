import { vi } from 'vitest'
import { PATIENCE_MS } from './patience.ts'

/** Waits until a check throws nothing, and returns what it returns. */
export function soon<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: PATIENCE_MS })
}
