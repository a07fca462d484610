/** What counters, events and spans cost a call: the same burst under each mode of observation, in one page. */
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { build, type InlineConfig, preview } from 'vite'
import { launchOptions } from '../../tests/support/engines.ts'
import { extent, median } from '../statistics.ts'
import type { Mode, Sample } from './page/main.ts'

const CALLS = 20_000
const ROUNDS = 15

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const config: InlineConfig = {
  configFile: false,
  root: here('page'),
  base: './',
  logLevel: 'error',
  resolve: {
    alias: [
      { find: '@varunkanwar/atelier/worker', replacement: here('../../ts/worker.ts') },
      { find: '@varunkanwar/atelier', replacement: here('../../ts/index.ts') },
    ],
  },
  worker: { format: 'es' },
  build: { outDir: here('../../target/bench/observability'), emptyOutDir: true, target: 'es2022' },
  preview: {
    host: '127.0.0.1',
    port: 0,
    // Without isolation a page's clock has steps of 100 µs.
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    },
  },
}

/** Prints a table: one line for each mode. */
export async function main(): Promise<void> {
  await build(config)
  const server = await preview(config)
  const browser = await chromium.launch(launchOptions('chromium'))
  try {
    const page = await browser.newPage()
    await page.goto(server.resolvedUrls?.local[0] ?? 'about:blank')
    await page.waitForFunction(() => 'observation' in globalThis)
    const modes = await page.evaluate(() => globalThis.observation.modes)
    const burst = (mode: Mode, calls: number) =>
      page.evaluate(([name, count]) => globalThis.observation.burst(name, count), [mode, calls] as const)

    const samples = new Map<Mode, Sample[]>(modes.map(mode => [mode, []]))
    for (const mode of modes) await burst(mode, CALLS)
    for (let round = 0; round < ROUNDS; round++) {
      // Each mode comes first, second, … equally often.
      const order = modes.map((_, at) => modes[(at + round) % modes.length] as Mode)
      for (const mode of order) samples.get(mode)?.push(await burst(mode, CALLS))
    }
    console.log(
      `${ROUNDS} rounds of ${CALLS} calls to one worker, 64 in flight; Chromium ${browser.version()}`,
    )
    console.log(['mode', 'ns/call', 'least', 'most', 'over off', 'events/call'].join('\t'))
    const off = median(samples.get('off')?.map(({ ns }) => ns) ?? [])
    for (const [mode, taken] of samples) {
      const times = taken.map(({ ns }) => ns)
      const columns = [median(times), ...extent(times), median(times) - off].map(ns => ns.toFixed(0))
      console.log([mode, ...columns, taken[0]?.events.toFixed(2)].join('\t'))
    }
  } finally {
    await browser.close()
    await server.close()
  }
}
