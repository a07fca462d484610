/** A load test of a production page: nothing is lost, counted twice or leaked. It is short unless `npm run soak` runs it. */
import { type Browser, type CDPSession, chromium, firefox, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchOptions, presentEngines } from '../support/engines.ts'
import { liveHeapBytes } from '../support/page-heap.ts'
import { servedSite } from '../support/site.ts'
import { WorkerHeaps } from '../support/worker-heap.ts'
import type { Soak, Tally } from './soak/main.ts'

/** `npm run soak` sets this to 1,000,000. All other numbers follow from it. */
const CALLS = Number(process.env.SOAK_CALLS ?? 4_000)
const QUEUED = CALLS / 10
const TASKS = CALLS / 100
const ITEMS = CALLS * 10
const SLOW_ITEMS = CALLS / 100
const PARTS = 10

const MB = 2 ** 20
const HOUR = 3_600_000
const inFull = (count: number) => count.toLocaleString('en')

const site = servedSite(new URL('soak', import.meta.url))

describe.each(presentEngines())('load in %s', engine => {
  let browser: Browser
  let page: Page
  /** Only Chromium's protocol reports the size of the heap. */
  let protocol: CDPSession | undefined
  let workerHeaps: WorkerHeaps | undefined

  beforeAll(async () => {
    browser = await { chromium, firefox }[engine].launch(launchOptions(engine))
    page = await browser.newPage()
    if (engine === 'chromium') protocol = await page.context().newCDPSession(page)
    if (protocol) workerHeaps = await WorkerHeaps.watch(protocol)
    await page.goto(site.url)
    // Warm-up, so that compiled code and the kernel's tables are not counted as a leak.
    await ask('calls', CALLS / PARTS)
    await ask('queue', QUEUED)
    await ask('tasks', 2)
  }, HOUR)

  afterAll(() => browser?.close())

  it(`${inFull(CALLS)} calls in ${engine}, of which 1 % crash their worker, 5 % are aborted and 1 % cannot be sent, end once and as they should`, {
    timeout: HOUR,
  }, async ({ annotate }) => {
    const before = await page.evaluate<Tally>('soak.counted')
    const tally: Tally = {}
    const heaps: number[] = []
    for (let part = 0; part < PARTS; part++) {
      for (const [end, count] of Object.entries(await ask('calls', CALLS / PARTS))) {
        tally[end] = (tally[end] ?? 0) + count
      }
      heaps.push(await heapBytes())
    }
    const after = await page.evaluate<Tally>('soak.counted')
    const counted = Object.fromEntries(
      Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]),
    )
    await annotate(`${JSON.stringify({ tally, counted })}, heap: ${heaps.join(' ')} bytes`)

    const {
      answered = 0,
      AbortError: aborted = 0,
      WorkerCrashedError: lost = 0,
      TypeError: unsent = 0,
    } = tally
    expect(Object.keys(tally)).toHaveLength(4)
    expect(answered + aborted + lost + unsent).toBe(CALLS)
    // Firefox drops messages to a worker that is shutting down: such a call fails with its worker.
    expect(unsent).toBeLessThanOrEqual(CALLS / 100)
    expect(Math.min(unsent, aborted, lost)).toBeGreaterThan(0)
    expect(counted).toMatchObject({
      'task.success.total': answered,
      'task.canceled.total': aborted,
      'task.failure.total': lost + unsent,
    })
    expect(counted['worker.crash.total']).toBeGreaterThan(CALLS / 200)
    expectFlat(heaps)
  })

  it(`${inFull(QUEUED)} calls that are queued at once in ${engine} resolve in their order`, {
    timeout: HOUR,
  }, async () => {
    const before = await heapBytes()
    expect(await ask('queue', QUEUED)).toEqual([])
    expectFlat([before, await heapBytes()])
  })

  it(`${inFull(ITEMS)} items of streams at full speed in ${engine} leave page and worker as they were`, {
    timeout: HOUR,
  }, async ({ annotate }) => {
    await ask('items', ITEMS / PARTS)
    const heaps: number[] = []
    const workers: number[] = []
    for (let part = 0; part < PARTS; part++) {
      expect(await ask('items', ITEMS / PARTS)).toBe(ITEMS / PARTS)
      heaps.push(await heapBytes())
      workers.push((await workerHeaps?.liveBytes()) ?? 0)
    }
    await annotate(`heap: ${heaps.join(' ')} bytes, of the workers: ${workers.join(' ')} bytes`)
    expectFlat(heaps)
    if (workerHeaps) expect(Math.min(...workers)).toBeGreaterThan(0)
    expectFlat(workers)
  })

  it(`${inFull(SLOW_ITEMS)} items that a loop takes slowly in ${engine} are never made more than 20 ahead`, {
    timeout: HOUR,
  }, async ({ annotate }) => {
    const before = await heapBytes()
    const most = await ask('slowItems', SLOW_ITEMS)
    await annotate(`at most ${most} ahead`)
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThanOrEqual(20)
    expectFlat([before, await heapBytes()])
  })

  it(`${inFull(TASKS)} tasks of 4 workers that are defined and disposed in ${engine} leave nothing behind`, {
    timeout: HOUR,
  }, async ({ annotate }) => {
    const heaps: number[] = []
    for (let part = 0; part < PARTS; part++) {
      await ask('tasks', TASKS / PARTS)
      heaps.push(await heapBytes())
    }
    await annotate(`heap: ${heaps.join(' ')} bytes`)
    await page.evaluate('soak.dispose()')
    await expect.poll(() => page.evaluate('soak.left()')).toEqual({ threads: 0, tasks: 0 })
    expectFlat(heaps)
  })

  function ask<Load extends 'calls' | 'queue' | 'tasks' | 'items' | 'slowItems'>(
    load: Load,
    count: number,
  ): ReturnType<Soak[Load]> {
    return page.evaluate(`soak.${load}(${count})`) as ReturnType<Soak[Load]>
  }

  /** 0 where the heap cannot be measured. */
  async function heapBytes(): Promise<number> {
    return protocol ? liveHeapBytes(protocol) : 0
  }
})

/** Expects that the heap has grown by less than a megabyte, however many calls were made. */
function expectFlat(heaps: number[]): void {
  expect((heaps.at(-1) ?? 0) - (heaps[0] ?? 0)).toBeLessThan(MB)
}
