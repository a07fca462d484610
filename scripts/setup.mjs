/**
 * Makes a fresh clone ready: npm packages, the wasm compiler and its tools, browsers for the tests. What is there
 * already is left as it is, so this runs before every other script. Uses nothing but Node: it runs before npm does.
 *
 * `--no-browser` leaves the browsers out and the bundlers of the consumer tests, whose pages run in one; `--webkit` brings
 * WebKitGTK in place of all these.
 */
import { parseArgs } from 'node:util'
import { setUp } from './lib/step.mjs'
import { installChromium } from './setup/chromium.mjs'
import { installFirefox } from './setup/firefox.mjs'
import {
  installConsumers,
  installFieldLibraries,
  installKnip,
  installNpmPackages,
} from './setup/npm-packages.mjs'
import { checkPrerequisites } from './setup/prerequisites.mjs'
import { installWasmTarget } from './setup/wasm-target.mjs'
import { installWasmTools } from './setup/wasm-tools.mjs'
import { installWebKit } from './setup/webkit.mjs'

const { values: wanted } = parseArgs({
  options: { 'no-browser': { type: 'boolean', default: false }, webkit: { type: 'boolean', default: false } },
})

await setUp(async () => {
  checkPrerequisites()
  installNpmPackages()
  installKnip()
  installFieldLibraries()
  installWasmTarget()
  installWasmTools()
  if (wanted.webkit) {
    await installWebKit()
  } else if (!wanted['no-browser']) {
    await installChromium()
    await installFirefox()
    installConsumers()
  }
})
