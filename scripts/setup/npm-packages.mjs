/** The npm packages, exactly as package-lock.json has them. */
import { join } from 'node:path'
import { cacheDir, root } from '../paths.mjs'
import { fingerprint, isStamped, stamp } from '../stamp.mjs'
import { run, SetupError, step } from './step.mjs'

export function installNpmPackages() {
  const print = fingerprint([join(root, 'package-lock.json')])
  const stampPath = join(cacheDir, 'npm-packages')
  if (isStamped(stampPath, print)) return
  step('npm packages', () => {
    const { ok, log } = run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root })
    if (!ok)
      throw new SetupError('npm ci failed: make the npm registry reachable and run the command again.', log)
    stamp(stampPath, print)
  })
}
