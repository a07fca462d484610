import { expect, it } from 'vitest'
import { cdp, server } from 'vitest/browser'
import { liveHeapBytes } from '../support/page-heap.ts'
import { streams } from './streams.ts'

/** Set VITE_STREAM_ITEMS=10000000 for the long run. */
const ITEMS = Number(import.meta.env.VITE_STREAM_ITEMS ?? 300_000)
const MB = 2 ** 20

it.runIf(server.browser === 'chromium')(
  `${ITEMS.toLocaleString('en')} small items at full speed leave the page's heap as it was (where Chromium tells its size)`,
  { timeout: 600_000 },
  async () => {
    const { task } = streams({ streams: { count: { ahead: 512 } } })
    for await (const _ of task.count(20_000));
    const before = await liveHeapBytes(cdp())
    let [items, growth] = [0, 0]
    for await (const item of task.count(ITEMS)) {
      if (item !== items++) throw new Error(`Item ${item} came in the place of ${items - 1}.`)
      if (items % Math.floor(ITEMS / 3) === 0)
        growth = Math.max(growth, (await liveHeapBytes(cdp())) - before)
    }
    expect(items).toBe(ITEMS)
    expect(growth).toBeLessThan(MB)
  },
)

it('the worker holds no more items than it may be ahead, however slow the loop is', async () => {
  const { task } = streams({ maxInFlight: 2, streams: { counted: { ahead: 20 } } })
  let taken = 0
  for await (const _ of task.counted(100)) {
    taken++
    if (taken % 10 === 0) expect(await task.made()).toBeLessThanOrEqual(taken + 20)
  }
  expect(taken).toBe(100)
})
