/** The Chromium that every browser test runs in: the one the set-up found, headless, speaking to nobody but us. */
import { readFileSync } from 'node:fs'
import type { LaunchOptions } from 'playwright'

/** For Playwright's `chromium.launch` and for vitest's Playwright provider. */
export const chromiumLaunchOptions: LaunchOptions = {
  executablePath: process.env.CHROMIUM_PATH || recordedPath(),
  headless: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}

/** Written by scripts/setup/chromium.mjs. */
function recordedPath(): string {
  const record = new URL('../../node_modules/.cache/atelier/chromium.json', import.meta.url)
  try {
    const { executablePath }: { executablePath: string } = JSON.parse(readFileSync(record, 'utf8'))
    return executablePath
  } catch (cause) {
    throw new Error('No Chromium is known for the browser tests: run "npm run setup".', { cause })
  }
}
