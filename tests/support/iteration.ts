/** Returns everything that an iteration yields. */
export async function all<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const results: T[] = []
  for await (const result of iterable) results.push(result)
  return results
}

/** Returns what an iteration yields, and the error that it ends with. */
export async function outcome<T>(iterable: AsyncIterable<T>): Promise<{ results: T[]; error?: unknown }> {
  const results: T[] = []
  try {
    for await (const result of iterable) results.push(result)
  } catch (error) {
    return { results, error }
  }
  return { results }
}

/** Waits until all promises that can settle without further events have done so. */
export async function settled(): Promise<void> {
  await new Promise(resolve => setImmediate(resolve))
}
