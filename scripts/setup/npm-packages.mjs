/** The npm packages, as the lock files have them. */
import { join } from 'node:path'
import { cacheDir, consumersDir, root } from '../paths.mjs'
import { fingerprint, isStamped, stamp } from '../stamp.mjs'
import { run, SetupError, step } from './step.mjs'

/** What builds, checks and tests the package. */
export function installNpmPackages() {
  install('npm packages', root, join(cacheDir, 'npm-packages'), ['ci'])
}

/**
 * What applications are built with, which only tests of the finished package need. Not by `npm ci`, which refuses a lock file
 * without the binaries of platforms that the registry at hand does not serve. No script of theirs runs.
 */
export function installConsumers() {
  install('bundlers of the consumer tests', consumersDir, join(consumersDir, 'node_modules/.stamp'), [
    ...['install', '--no-save', '--ignore-scripts'],
  ])
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
