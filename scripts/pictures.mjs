/**
 * Takes the pictures of the guided tour that README.md and the landing page show, in light and in dark: docs/public/tour-*.png. For a site
 * that has been built (`npm run docs`), while the calls of the first stop run.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { preview } from 'vite'
import { cacheDir, root } from './lib/paths.mjs'

const site = join(root, 'target/site/out')
const server = await preview({
  configFile: false,
  root: join(site, '..'),
  appType: 'mpa',
  build: { outDir: site },
  preview: { host: '127.0.0.1', port: 0 },
})
const browser = await chromium.launch({ executablePath: pathOfChromium(), args: ['--no-sandbox'] })

for (const colorScheme of ['light', 'dark']) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme })
  const page = await context.newPage()
  await page.goto(new URL('/tour/', server.resolvedUrls.local[0]).href)
  await page.getByRole('checkbox').first().check()
  const call = page.getByRole('button', { name: 'Make the calls' })
  await call.click()
  await page.waitForTimeout(1_700)
  await call.click()
  await page.waitForTimeout(1_800)
  await page.screenshot({ path: join(root, `docs/public/tour-${colorScheme}.png`) })
}

await browser.close()
await server.close()

/** The browser that the set-up found. */
function pathOfChromium() {
  return (
    process.env.CHROMIUM_PATH ??
    JSON.parse(readFileSync(join(cacheDir, 'chromium.json'), 'utf8')).executablePath
  )
}
