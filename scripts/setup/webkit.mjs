/** WebKitGTK with its WebDriver, and an X server without a screen for its window: on PATH, or Debian's packages. */

import { onPath } from '../lib/step.mjs'
import { installBrowser } from './browser.mjs'

export function installWebKit() {
  return installBrowser({
    engine: 'webkit',
    find: () => onPath('Xvfb') && onPath('WebKitWebDriver'),
    packages: ['webkit2gtk-driver', 'xvfb'],
    hint: 'WebKitGTK is missing: install its driver and Xvfb ("apt-get install webkit2gtk-driver xvfb" on Debian).',
  })
}
