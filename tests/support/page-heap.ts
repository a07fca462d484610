/** A session of Chromium's DevTools protocol, from whichever driver. */
type Protocol = {
  send(method: 'HeapProfiler.collectGarbage'): Promise<unknown>
  send(method: 'Runtime.getHeapUsage'): Promise<{ usedSize: number }>
}

/** Bytes of a page's JavaScript objects that are still reachable. */
export async function liveHeapBytes(protocol: Protocol): Promise<number> {
  for (let round = 0; round < 3; round++) {
    await new Promise(resolve => setTimeout(resolve, 50))
    await protocol.send('HeapProfiler.collectGarbage')
  }
  const { usedSize } = await protocol.send('Runtime.getHeapUsage')
  return usedSize
}
