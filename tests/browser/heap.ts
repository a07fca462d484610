import { cdp, server } from 'vitest/browser'

/** Only Chromium's protocol tells the size of the heap. */
export const heapIsKnown = server.browser === 'chromium'

/** Bytes of the page's JavaScript objects that are still reachable. */
export async function liveHeapBytes(): Promise<number> {
  const session = cdp()
  for (let round = 0; round < 3; round++) {
    await new Promise(resolve => setTimeout(resolve, 50))
    await session.send('HeapProfiler.collectGarbage')
  }
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  return usedSize
}
