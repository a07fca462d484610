import { createTaskRuntime } from '@varunkanwar/atelier'
import type { PrimesAPI } from './primes.worker'

const primes = createTaskRuntime().defineTask<PrimesAPI>({
  type: 'parallel',
  worker: () => new Worker(new URL('./primes.worker.ts', import.meta.url), { type: 'module' }),
})

/** Counts the primes below four million in four parts, as many at a time as there are processors. */
export async function countPrimes(): Promise<number> {
  const parts = [0, 1, 2, 3].map(n => primes.count(n * 1_000_000, (n + 1) * 1_000_000))
  const counts = await Promise.all(parts)
  return counts.reduce((sum, count) => sum + count)
}
