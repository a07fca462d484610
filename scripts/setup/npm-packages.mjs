/** The npm packages, exactly as package-lock.json has them. */
import { join } from 'node:path'
import { cacheDir, root } from '../paths.mjs'
import { fingerprint, isStamped, stamp } from '../stamp.mjs'
import { run, SetupError, step } from './step.mjs'

const MISSING =
  'The npm packages are missing: run "npm ci" where the registry can be reached and package-lock.json fits package.json.'

export function installNpmPackages() {
  const print = fingerprint([join(root, 'package-lock.json')])
  const stampPath = join(cacheDir, 'npm-packages')
  if (isStamped(stampPath, print)) return
  step('npm packages', () => {
    const { ok, log } = run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root })
    if (!ok) throw new SetupError(MISSING, log)
    stamp(stampPath, print)
  })
}
