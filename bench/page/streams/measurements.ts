/** What is measured of a worker that streams. Times are milliseconds. */
import type { Kind, Streamer } from './streamer.ts'

/** All items of a stream: items per second. */
export async function rate(streamer: Streamer, kind: Kind, count: number): Promise<number> {
  let taken = 0
  const start = performance.now()
  for await (const _ of streamer.stream(kind, count)) taken++
  const elapsed = performance.now() - start
  if (taken !== count) throw new Error(`${taken} of ${count} items came`)
  return (count * 1000) / elapsed
}

/** From the call to its first item, after which the loop is left, again and again. */
export async function first(streamer: Streamer, repeats: number): Promise<number[]> {
  const times: number[] = []
  while (times.length < repeats) {
    const start = performance.now()
    for await (const _ of streamer.stream('numbers', 1_000)) {
      times.push(performance.now() - start)
      break
    }
  }
  return times
}
