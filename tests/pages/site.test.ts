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
const isBuilt = existsSync(join(folder, 'index.html'))
if (!isBuilt && process.env.CI) throw new Error('There is no site: run "npm run docs" first.')

/** Every page but those of rustdoc, by its address. */
const addresses = (isBuilt ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [])
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

/** The bar and the list of pages are the same everywhere: they are looked at where there is one page of each kind. */
const WITH_NAVIGATION = new Set(['/', '/404.html', '/overview.html', '/guides/worker-setup.html'])

const VIEWS = [
  { name: 'light, 1,440 px', colorScheme: 'light', width: 1440 },
  { name: 'dark, 1,440 px', colorScheme: 'dark', width: 1440 },
  { name: 'dark, 400 px', colorScheme: 'dark', width: 400 },
  { name: 'light, 400 px', colorScheme: 'light', width: 400 },
] as const

describe.skipIf(!isBuilt)('the site, which "npm run docs" builds', () => {
  let page: Page
  beforeAll(async () => {
    page = await browser.newPage()
  })

  it('a visitor can run the example of the landing page on it', async () => {
    await page.goto(urlOf('/'))
    await page.getByRole('button', { name: 'Run it here' }).click()
    await expect
      .poll(() => page.locator('.run-example output').textContent(), { timeout: 60_000 })
      .toMatch(/^283,146 primes, /)
  })

  it.each([
    ['Take the tour', '/tour/', '.panel'],
    ['Try the image pipeline', '/pipeline/', '#counts'],
  ])(
    'a visitor comes from the landing page by “%s” to an example that runs, and back',
    async (name, path, part) => {
      await page.goto(urlOf('/'))
      await page.getByRole('link', { name, exact: true }).click()
      await page.locator(part).first().waitFor()
      expect(new URL(page.url()).pathname).toBe(path)
      await page.getByRole('heading', { level: 1 }).getByRole('link', { name: 'Atelier' }).click()
      await page.getByRole('button', { name: 'Run it here' }).waitFor()
    },
  )

  it.each(['cancellation', 'crash', 'transfer', 'queue'])(
    'a visitor who searches for “%s” finds guides and the reference before decision records',
    async word => {
      await page.goto(urlOf('/'))
      await page.getByRole('button', { name: 'Search' }).click()
      await page.getByRole('searchbox').fill(word)
      const links = page.locator('.VPLocalSearchBox .result')
      await links.first().waitFor()
      const found = await links.evaluateAll(all => all.map(link => (link as HTMLAnchorElement).pathname))
      expect(found[0]).toMatch(/^\/(guides|api-reference|overview)/)
      const firstRecord = found.findIndex(path => path.startsWith('/decisions'))
      const guides = found.filter(path => path.startsWith('/guides'))
      if (firstRecord >= 0) expect(firstRecord).toBeGreaterThan(Math.min(guides.length, 5))
    },
  )

  it('a visitor sees the names of files above their code', async () => {
    await page.goto(urlOf('/guides/worker-setup.html'))
    expect(await page.locator('.file-name').first().textContent()).toBe('src/thumbnails.worker.ts')
  })
})

describe.skipIf(!isBuilt)('every page of the site, which "npm run docs" builds', () => {
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
    for (const { name, colorScheme, width } of VIEWS) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height: 900 })
      found.push(
        ...(await violations(page, WITH_NAVIGATION.has(address))).map(violation => `${name}: ${violation}`),
      )
      if (await isTooWide(page)) found.push(`${name}: the page is wider than the window`)
    }
    expect(found).toEqual([])
    expect(errors).toEqual([])
  })
})

async function violations(page: Page, withNavigation: boolean): Promise<string[]> {
  const context = { exclude: withNavigation ? [] : [['.VPNav'], ['.VPSidebar']] }
  const results = await page.evaluate(
    context => (globalThis as unknown as { axe: typeof axe }).axe.run(context),
    context,
  )
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  )
}

function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
}
