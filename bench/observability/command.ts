/** The cost of counters, events and spans per call: the same burst under each mode of observation, in one page. */
import { type CDPSession, chromium } from 'playwright'
import { build, preview } from 'vite'
import { launchOptions } from '../../tests/support/engines.ts'
import { isolatedPage } from '../isolated-page.ts'
import { extent, median } from '../statistics.ts'
import type { Mode } from './page/main.ts'

/** One burst, per call: elapsed nanoseconds, nanoseconds of processor time of the page's main thread, and events. */
type Sample = { elapsed: number; worked: number; events: number }

const CALLS = 20_000
const ROUNDS = 20

const config = isolatedPage('observability')

/** Prints a table with one line for each mode. */
export async function main(): Promise<void> {
  await build(config)
  const server = await preview(config)
  const browser = await chromium.launch(launchOptions('chromium'))
  try {
    const page = await browser.newPage()
    await page.goto(server.resolvedUrls?.local[0] ?? 'about:blank')
    await page.waitForFunction(() => 'observation' in globalThis)
    const modes = await page.evaluate(() => globalThis.observation.modes)
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
    const burst = async (mode: Mode): Promise<Sample> => {
      const before = await processorTime(cdp)
      const { ns, events } = await page.evaluate(
        ([name, calls]) => globalThis.observation.burst(name, calls),
        [mode, CALLS] as const,
      )
      return { elapsed: ns, worked: ((await processorTime(cdp)) - before) / CALLS, events }
    }

    const samples = new Map<Mode, Sample[]>(modes.map(mode => [mode, []]))
    for (const mode of modes) await burst(mode)
    for (let round = 0; round < ROUNDS; round++) {
      // Each mode comes first, second, … equally often.
      const order = modes.map((_, at) => modes[(at + round) % modes.length] as Mode)
      for (const mode of order) samples.get(mode)?.push(await burst(mode))
    }
    console.log(
      `${ROUNDS} rounds of ${CALLS} calls to one worker, 64 in flight; Chromium ${browser.version()}`,
    )
    const columns = ['main thread ns/call', 'least', 'most', 'over off', 'elapsed ns/call', 'events/call']
    console.log(['mode', ...columns].join('\t'))
    const off = median(samples.get('off')?.map(({ worked }) => worked) ?? [])
    for (const [mode, taken] of samples) {
      const worked = taken.map(sample => sample.worked)
      const elapsed = median(taken.map(sample => sample.elapsed))
      const times = [median(worked), ...extent(worked), median(worked) - off, elapsed]
      console.log([mode, ...times.map(ns => ns.toFixed(0)), taken[0]?.events.toFixed(2)].join('\t'))
    }
  } finally {
    await browser.close()
    await server.close()
  }
}

/** Processor time of the page's main thread so far, in nanoseconds. */
async function processorTime(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  const spent = metrics.find(({ name }) => name === 'TaskDuration')
  if (!spent) throw new Error('This browser does not tell how long tasks took.')
  return spent.value * 1e9
}
