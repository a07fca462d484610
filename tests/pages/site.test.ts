import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright'
import { type PreviewServer, preview } from 'vite'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { launchOptions } from '../support/engines.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const folder = fileURLToPath(new URL('../../target/site/out', import.meta.url))
if (!existsSync(join(folder, 'index.html'))) throw new Error('There is no site: run "npm run docs" first.')

/** Every page but those of rustdoc, by its address. */
const addresses = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.html') && !file.startsWith('kernel'))
  .map(file => `/${file.replace(/index\.html$/, '')}`)
  .sort()

let server: PreviewServer
let browser: Browser

beforeAll(async () => {
  server = await preview({
    configFile: false,
    root: join(folder, '..'),
    appType: 'mpa',
    logLevel: 'error',
    build: { outDir: folder },
    preview: { host: '127.0.0.1', port: 0 },
  })
  browser = await chromium.launch(launchOptions('chromium'))
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
})

const urlOf = (address: string) => new URL(address, server.resolvedUrls?.local[0]).href

/** Rules that a change of colors or of the width can break. The others are asked once for each width. */
const VISIBLE = ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable', 'target-size']

/** The bar and the list of pages are the same everywhere: they are looked at where there is one page of each kind. */
const WITH_NAVIGATION = new Set(['/', '/404.html', '/overview.html', '/guides/worker-setup.html'])

const VIEWS = [
  { name: 'light, 1,440 px', colorScheme: 'light', width: 1440, rules: undefined },
  { name: 'dark, 1,440 px', colorScheme: 'dark', width: 1440, rules: VISIBLE },
  { name: 'dark, 400 px', colorScheme: 'dark', width: 400, rules: undefined },
  { name: 'light, 400 px', colorScheme: 'light', width: 400, rules: VISIBLE },
] as const

describe('every page of the site', () => {
  let page: Page
  const errors: Error[] = []
  beforeAll(async () => {
    const context = await browser.newContext({ reducedMotion: 'reduce' })
    page = await context.newPage()
    page.on('pageerror', error => errors.push(error))
  })

  it.each(addresses)('axe finds nothing on %s, in light and dark, wide and narrow', async address => {
    const found: string[] = []
    await page.goto(urlOf(address))
    await page.evaluate(axe.source)
    for (const { name, colorScheme, width, rules } of VIEWS) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height: 900 })
      found.push(
        ...(await violations(page, rules, WITH_NAVIGATION.has(address))).map(
          violation => `${name}: ${violation}`,
        ),
      )
      if (await isTooWide(page)) found.push(`${name}: the page is wider than the window`)
    }
    expect(found).toEqual([])
    expect(errors).toEqual([])
  })
})

async function violations(
  page: Page,
  rules: readonly string[] | undefined,
  withNavigation: boolean,
): Promise<string[]> {
  const context = { exclude: withNavigation ? [] : [['.VPNav'], ['.VPSidebar']] }
  const options = rules ? { runOnly: [...rules] } : {}
  const results = await page.evaluate(
    ([context, options]) => (globalThis as unknown as { axe: typeof axe }).axe.run(context, options),
    [context, options] as const,
  )
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  )
}

function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
}
