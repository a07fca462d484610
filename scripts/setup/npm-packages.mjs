/** The npm packages, as the lock files have them. */
import { join } from 'node:path'
import { benchDir, cacheDir, consumersDir, docsDir, fieldDir, knipDir, root } from '../lib/paths.mjs'
import { fingerprint, isStamped, stamp } from '../lib/stamp.mjs'
import { run, SetupError, step } from '../lib/step.mjs'

/** What builds, checks and tests the package. */
export function installNpmPackages() {
  install('npm packages', root, join(cacheDir, 'npm-packages'), ['ci'])
}

/** What finds files, exports and dependencies that nobody uses. */
export function installKnip() {
  installAside('knip', knipDir, WHATEVER_PLATFORM)
}

/** What applications are built with, which only tests of the finished package need. */
export function installConsumers() {
  installAside('bundlers of the consumer tests', consumersDir, WHATEVER_PLATFORM)
}

/** Libraries that cases of the field are about. They have types, so the type check needs them, too. */
export function installFieldLibraries() {
  installAside('libraries of the field', fieldDir, ['ci'])
}

/** What builds the site: its compiler and its Vite are others than those of the package. */
export function installSiteTools() {
  installAside('tools of the site', docsDir, ['ci'])
}

/** The libraries that the benchmarks measure; the package needs none of them. */
export function installContenders() {
  installAside('contenders of the benchmarks', benchDir, ['ci'])
}

/** Not `npm ci`, which refuses a lock file without the binaries of platforms that the registry at hand does not serve. */
const WHATEVER_PLATFORM = ['install', '--no-save']

/** Packages with a lock file of their own. No script of theirs runs. */
function installAside(label, folder, command) {
  install(label, folder, join(folder, 'node_modules/.stamp'), [...command, '--ignore-scripts'])
}

function install(label, folder, stampPath, command) {
  const print = fingerprint([join(folder, 'package-lock.json')])
  if (isStamped(stampPath, print)) return
  step(label, () => {
    const { ok, log } = run('npm', [...command, '--no-audit', '--no-fund'], { cwd: folder })
    if (!ok) throw new SetupError(missing(label), log)
    stamp(stampPath, print)
  })
}

function missing(label) {
  return (
    `The ${label} are missing: run "npm run setup" where the registry can be reached and package-lock.json fits ` +
    'package.json.'
  )
}
