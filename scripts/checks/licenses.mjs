/**
 * Checks the license of every crate and npm package in every lock file of the repository: what ships in the package may ask for no more than
 * a notice, what only builds or tests it may ask for more. The crates of
 * every lock file have to be in cargo's cache, or within reach.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import satisfies from 'spdx-satisfies'
import { cratesOf, linkedCrates, lockFiles } from '../lib/lock-files.mjs'
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
  // Of LLVM's libFuzzer.
  'NCSA',
  'Python-2.0',
  'Unlicense',
]

const npmLocks = lockFiles('package-lock.json')
const cargoLocks = lockFiles('Cargo.lock')
const linked = linkedCrates()
const packages = [...cargoLocks.flatMap(crates), ...npmLocks.flatMap(npmPackages)]
const refused = packages.filter(({ license, ships }) => !isAllowed(license, ships ? SHIPPED : BUILD))
for (const { name, license, ships } of refused) {
  console.error(`licenses: ${name}, which ${ships ? 'ships' : 'builds or tests'}, has the license ${license}`)
}
const shipped = packages.filter(({ ships }) => ships).length
const locks = npmLocks.length + cargoLocks.length
console.log(
  `licenses: ${packages.length} crates and packages in ${locks} lock files, ${shipped} shipped, ${refused.length} refused`,
)
process.exitCode = refused.length === 0 ? 0 : 1

/** @returns {{ name: string, license: string | undefined, ships: boolean }[]} */
function crates(lockFile) {
  return cratesOf(lockFile)
    .filter(({ own }) => !own)
    .map(({ name, version, license }) => ({
      name: `${name} ${version}`,
      license,
      ships: lockFile === 'Cargo.lock' && linked.has(`${name} ${version}`),
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
