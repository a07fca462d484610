/**
 * Makes a fresh clone ready: npm packages, the wasm compiler and its tools, a browser for the tests. What is there
 * already is left as it is, so this runs before every other script. Uses nothing but Node: it runs before npm does.
 *
 * `--no-browser` leaves the browser out.
 */
import { parseArgs } from 'node:util'
import { installChromium } from './setup/chromium.mjs'
import { installNpmPackages } from './setup/npm-packages.mjs'
import { checkPrerequisites } from './setup/prerequisites.mjs'
import { SetupError } from './setup/step.mjs'
import { installWasmTarget } from './setup/wasm-target.mjs'
import { installWasmTools } from './setup/wasm-tools.mjs'

const { values: skip } = parseArgs({ options: { 'no-browser': { type: 'boolean', default: false } } })

try {
  checkPrerequisites()
  installNpmPackages()
  installWasmTarget()
  installWasmTools()
  if (!skip['no-browser']) await installChromium()
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  console.error(`${error.log}\n${error.message}`.trimStart())
  process.exitCode = 1
}
