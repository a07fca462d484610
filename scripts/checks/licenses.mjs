/**
 * Checks the license of every crate and npm package in the lock files: what ships in the package may ask for no more than
 * a notice, what only builds or tests it may ask for more. Needs no network.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import satisfies from 'spdx-satisfies'
import { root } from '../lib/paths.mjs'

const SHIPPED = ['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', '0BSD', 'Unicode-3.0', 'Zlib']
const BUILD = [
  ...SHIPPED,
  'BlueOak-1.0.0',
  'CC0-1.0',
  'CC-BY-3.0',
  'CC-BY-4.0',
  // Of a library for images in Next.js, which tests install and never load.
  'LGPL-3.0-or-later',
  'MPL-2.0',
  'Python-2.0',
  'Unlicense',
]

const LOCK_FILES = ['.', 'bench', 'docs', 'scripts/checks/knip', 'tests/consumers', 'tests/field'].map(
  folder => join(folder, 'package-lock.json'),
)

const packages = [...crates(), ...LOCK_FILES.flatMap(npmPackages)]
const refused = packages.filter(({ license, ships }) => !isAllowed(license, ships ? SHIPPED : BUILD))
for (const { name, license, ships } of refused) {
  console.error(`licenses: ${name}, which ${ships ? 'ships' : 'builds or tests'}, has the license ${license}`)
}
const shipped = packages.filter(({ ships }) => ships).length
console.log(
  `licenses: ${packages.length} crates and packages, ${shipped} of them shipped, ${refused.length} refused`,
)
process.exitCode = refused.length === 0 ? 0 : 1

/** @returns {{ name: string, license: string | undefined, ships: boolean }[]} */
function crates() {
  const linked = cargo([
    ...['tree', '--package', 'atelier-kernel-wasm', '--edges', 'normal,no-proc-macro'],
    ...['--target', 'wasm32-unknown-unknown', '--prefix', 'none', '--format', '{p}'],
  ])
  const ships = new Set(linked.split('\n').map(line => line.split(' ').slice(0, 2).join(' ')))
  const { packages } = JSON.parse(cargo(['metadata', '--format-version', '1']))
  return packages.map(({ name, version, license }) => ({
    name: `${name} ${version}`,
    license,
    ships: ships.has(`${name} v${version}`),
  }))
}

function npmPackages(file) {
  const { packages } = JSON.parse(readFileSync(join(root, file), 'utf8'))
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, { version, license, dev, devOptional, peer }]) => ({
      name: `${path.split('node_modules/').at(-1)} ${version}`,
      license,
      ships: !(dev || devOptional || peer),
    }))
}

function isAllowed(license, allowed) {
  if (!license) return false
  try {
    // Before SPDX expressions, crates wrote a slash for the choice.
    return satisfies(license.replaceAll('/', ' OR '), allowed)
  } catch {
    return false
  }
}

function cargo(args) {
  const { status, stdout, stderr, error } = spawnSync('cargo', [...args, '--locked'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (error) throw error
  if (status !== 0) throw new Error(stderr)
  return stdout
}
