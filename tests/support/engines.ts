/** The engines that browser tests run in: the ones the set-up found, headless, speaking to nobody but us. */
import { readFileSync } from 'node:fs'
import type { LaunchOptions } from 'playwright'

/** Engines that Playwright drives. */
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
  // A Firefox as Mozilla ships it, which speaks WebDriver BiDi; Playwright's own builds speak another protocol.
  // Playwright 1.65.1 sends emulation.setMediaFeaturesOverride, which Firefox 153 does not know.
  firefox: { channel: 'moz-firefox' },
}

/**
 * For Playwright's `launch` and for vitest's Playwright provider.
 *
 * @throws Error when the set-up found no such engine.
 */
export function launchOptions(engine: EngineName): LaunchOptions {
  const { executablePath, missing } = found(engine)
  if (executablePath === undefined) throw new Error(missing)
  return { ...OPTIONS[engine], executablePath, headless: true }
}

/** Those engines of Playwright's that are there; see isPresent. */
export function presentEngines(): EngineName[] {
  return (['chromium', 'firefox'] satisfies EngineName[]).filter(isPresent)
}

/** True when the engine is there. If not: with CI set an error, elsewhere a line that says what is skipped and why. */
export function isPresent(engine: AnyEngine): boolean {
  const { executablePath, missing } = found(engine)
  if (executablePath !== undefined) return true
  if (process.env.CI) throw new Error(missing)
  console.warn(`Skipped: every test in ${engine}. ${missing}`)
  return false
}

/** Where the engine is, or why it is nowhere: written by scripts/setup/browser.mjs. */
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
