/** The lock files of the repository, and the crates that end up in the published package. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './paths.mjs'

/** Folders that hold other people's files, or what is generated. */
const SKIPPED = new Set(['node_modules', 'target', 'dist', '.git', '.apps'])

/**
 * Every lock file with this name, as a path relative to the root.
 * @param {'package-lock.json' | 'Cargo.lock'} name
 * @returns {string[]}
 */
export function lockFiles(name, folder = '') {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap(entry => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : lockFiles(name, path)
      return entry.name === name ? [path] : []
    })
    .sort()
}

/**
 * Every crate of a lock file. Those of the project itself are marked as `own`.
 * @param {string} lockFile as lockFiles returns it
 * @returns {{ name: string, version: string, license: string | undefined, authors: string[], folder: string, own: boolean }[]}
 */
export function cratesOf(lockFile) {
  const manifest = join(root, dirname(lockFile), 'Cargo.toml')
  const { packages } = JSON.parse(
    cargo(['metadata', '--manifest-path', manifest, '--format-version', '1', '--locked']),
  )
  return packages.map(({ name, version, license, authors, manifest_path, source }) => ({
    name,
    version,
    license,
    authors,
    folder: dirname(manifest_path),
    own: source === null,
  }))
}

/** The crates that are linked into the kernel's module, as `name version`. */
export function linkedCrates() {
  const tree = cargo([
    ...['tree', '--package', 'atelier-kernel-wasm', '--edges', 'normal,no-proc-macro'],
    ...['--target', 'wasm32-unknown-unknown', '--prefix', 'none', '--format', '{p}', '--locked'],
  ])
  return new Set(tree.split('\n').map(line => line.split(' ').slice(0, 2).join(' ').replace(' v', ' ')))
}

function cargo(args) {
  const { status, stdout, stderr, error } = spawnSync('cargo', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (error) throw error
  if (status !== 0) throw new Error(stderr)
  return stdout
}
