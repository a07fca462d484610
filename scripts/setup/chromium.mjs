/** Chromium: CHROMIUM_PATH, one on PATH, Debian's package, or the one that Playwright downloads. */
import { join } from 'node:path'
import { npmBin } from '../lib/paths.mjs'
import { isExecutable, run, step } from '../lib/step.mjs'
import { installBrowser, working } from './browser.mjs'

export function installChromium() {
  return installBrowser({
    engine: 'chromium',
    find: () => working(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']),
    // With the font that pages name as Arial or Helvetica: Chromium's package brings none.
    packages: ['chromium', 'fonts-liberation'],
    variable: 'CHROMIUM_PATH',
    hint: 'Chromium is missing: install it ("apt-get install chromium" on Debian) or set CHROMIUM_PATH to its executable.',
    otherwise: fromPlaywright,
  })
}

async function fromPlaywright() {
  const { chromium } = await import('playwright')
  const path = chromium.executablePath()
  if (isExecutable(path)) return { path, log: '' }
  const { log } = step('Chromium by Playwright', () =>
    run(join(npmBin, 'playwright'), ['install', 'chromium']),
  )
  return isExecutable(path) ? { path, log } : { log }
}
