/** What a handler pays for a report, a look at whether it is canceled and a yield, and how soon it sees that it is. */
import { type BrowserType, chromium, firefox } from 'playwright'
import { build, preview } from 'vite'
import { launchOptions, presentEngines } from '../../tests/support/engines.ts'
import { isolatedPage } from '../isolated-page.ts'
import { extent, median } from '../statistics.ts'

const ROUNDS = 15

const config = isolatedPage('context')

const ENGINES: Record<string, BrowserType> = { chromium, firefox }

/** Prints a table for each engine with one line for each measurement. */
export async function main(): Promise<void> {
  await build(config)
  const server = await preview(config)
  try {
    for (const engine of presentEngines()) {
      const browser = await (ENGINES[engine] as BrowserType).launch(launchOptions(engine))
      try {
        const page = await browser.newPage()
        await page.goto(server.resolvedUrls?.local[0] ?? 'about:blank')
        await page.waitForFunction(() => 'context' in globalThis)
        console.log(`${engine} ${browser.version()}, ${ROUNDS} rounds`)
        console.log(['measured', 'median', 'least', 'most', 'unit'].join('\t'))
        for (const name of await page.evaluate(() => globalThis.context.names)) {
          const values: number[] = []
          let unit = ''
          for (let round = 0; round <= ROUNDS; round++) {
            const taken = await page.evaluate(measured => globalThis.context.measure(measured), name)
            unit = taken.unit
            // The first round is for the compiler.
            if (round > 0) values.push(taken.value)
          }
          const figures = [median(values), ...extent(values)].map(value => value.toFixed(value < 100 ? 1 : 0))
          console.log([name, ...figures, unit].join('\t'))
        }
      } finally {
        await browser.close()
      }
    }
  } finally {
    await server.close()
  }
}
