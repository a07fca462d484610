/** Firefox as Mozilla ships it: FIREFOX_PATH, one on PATH, or Debian's package. */
import { installBrowser, working } from './browser.mjs'

export function installFirefox() {
  return installBrowser({
    engine: 'firefox',
    find: () => working(['firefox-esr', 'firefox']),
    packages: ['firefox-esr'],
    variable: 'FIREFOX_PATH',
    hint: 'Firefox is missing: install it ("apt-get install firefox-esr" on Debian) or set FIREFOX_PATH to its executable.',
  })
}
