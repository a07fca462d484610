/** The engines that browser tests run in: those that the set-up found, headless and without background traffic. */
import { readFileSync } from 'node:fs'
import type { LaunchOptions } from 'playwright'

/** The engines that Playwright drives. */
export type EngineName = 'chromium' | 'firefox'

/** Every engine that the set-up knows. */
export type AnyEngine = EngineName | 'webkit'

const OPTIONS: Record<EngineName, LaunchOptions> = {
  chromium: {
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  },
  // A stock Firefox, which speaks WebDriver BiDi; Playwright's own builds speak another protocol.
  // Playwright 1.65.1 sends emulation.setMediaFeaturesOverride, which Firefox 153 does not know.
  firefox: { channel: 'moz-firefox' },
}

/**
 * Launch options for Playwright's `launch` and for vitest's Playwright provider.
 *
 * @throws Error when the set-up found no such engine.
 */
export function launchOptions(engine: EngineName): LaunchOptions {
  const { executablePath, missing } = found(engine)
  if (executablePath === undefined) throw new Error(missing)
  return { ...OPTIONS[engine], executablePath, headless: true }
}

/** The engines of Playwright that are installed; see isPresent. */
export function presentEngines(): EngineName[] {
  return (['chromium', 'firefox'] satisfies EngineName[]).filter(isPresent)
}

/** Returns true if the engine is installed. If not, it throws with CI set; elsewhere it prints what is skipped and why. */
export function isPresent(engine: AnyEngine): boolean {
  const { executablePath, missing } = found(engine)
  if (executablePath !== undefined) return true
  if (process.env.CI) throw new Error(missing)
  console.warn(`Skipped: every test in ${engine}. ${missing}`)
  return false
}

/** The path of the engine, or why there is none, as scripts/setup/browser.mjs has written it. */
export function found(engine: AnyEngine): { executablePath?: string; missing?: string } {
  const given = process.env[`${engine.toUpperCase()}_PATH`]
  if (given) return { executablePath: given }
  const record = new URL(`../../node_modules/.cache/atelier/${engine}.json`, import.meta.url)
  try {
    return JSON.parse(readFileSync(record, 'utf8'))
  } catch {
    return { missing: `The set-up has not looked for ${engine} yet: run "npm run setup".` }
  }
}
