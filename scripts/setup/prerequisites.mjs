/** What has to be there before anything else: Node and cargo. Nothing is installed for them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../lib/paths.mjs'
import { onPath, SetupError } from '../lib/step.mjs'

export function checkPrerequisites() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const wanted = engines.node.replace('>=', '')
  if (isOlder(process.versions.node, wanted)) {
    throw new SetupError(`Node ${process.versions.node} is too old: install Node ${wanted} or newer.`)
  }
  for (const command of ['cargo', 'rustc']) {
    if (!onPath(command))
      throw new SetupError(`${command} is not on PATH: install Rust from https://rustup.rs.`)
  }
}

/** Compares dotted versions by their numbers; a part that is missing is 0. */
export function isOlder(version, wanted) {
  const [have, want] = [version, wanted].map(text => text.split('.').map(part => Number.parseInt(part, 10)))
  for (let i = 0; i < want.length; i++) {
    const difference = (have[i] ?? 0) - want[i]
    if (difference !== 0) return difference < 0
  }
  return false
}

/** The workspace's minimum supported Rust version. */
export function minimumRust() {
  const manifest = readFileSync(join(root, 'Cargo.toml'), 'utf8')
  return /^rust-version = "([\d.]+)"$/m.exec(manifest)[1]
}
