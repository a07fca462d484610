/** The licenses of other people's code that the package redistributes: Comlink in the standalone worker, crates in the kernel. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cratesOf, linkedCrates } from '../lib/lock-files.mjs'
import { root } from '../lib/paths.mjs'

/** Returns the text of the file THIRD_PARTY_LICENSES. */
export function thirdPartyLicenses() {
  const linked = linkedCrates()
  const crates = cratesOf('Cargo.lock')
    .filter(({ own, name, version }) => !own && linked.has(`${name} ${version}`))
    .sort((a, b) => a.name.localeCompare(b.name))
    .map(crate => ({
      name: `${crate.name} ${crate.version}`,
      license: crate.license,
      use: 'compiled into the kernel',
      texts: textsOfCrate(crate),
    }))
  const works = [comlink(), rustStandardLibrary(), ...crates]
  const bare = works.filter(({ texts }) => texts.length === 0).map(({ name }) => name)
  if (bare.length > 0) throw new Error(`No license text was found for ${bare.join(', ')}.`)
  return [
    'This package contains work of others. Each part is followed by its license.\n',
    ...sharedTexts(works).map(({ names, text }) => `${rule}\n${names.join('\n')}\n${rule}\n\n${text}\n`),
  ].join('\n')
}

const rule = '='.repeat(80)

/** Most crates have the same texts: each text stands once, below the names of those that it covers. */
function sharedTexts(works) {
  const names = new Map()
  for (const { name, license, use, texts } of works) {
    for (const text of texts) names.set(text, [...(names.get(text) ?? []), `${name} (${license}), ${use}`])
  }
  return [...names].map(([text, names]) => ({ names, text }))
}

function comlink() {
  const folder = join(root, 'node_modules/comlink')
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return {
    name: `comlink ${version}`,
    license,
    use: 'part of dist/worker-standalone.js',
    texts: licenseTexts(folder),
  }
}

/** Compilers from different places keep its license in different places, so it is written here. */
function rustStandardLibrary() {
  return {
    name: 'The Rust standard library',
    license: 'MIT OR Apache-2.0',
    use: 'compiled into the kernel',
    texts: [mitLicense('The Rust Project Contributors')],
  }
}

/** Some crates name the MIT license without including its text. */
function textsOfCrate({ folder, license, authors }) {
  const texts = licenseTexts(folder)
  return texts.length === 0 && license?.includes('MIT') ? [mitLicense(authors.join(', '))] : texts
}

function mitLicense(holders) {
  return `Copyright (c) ${holders}\n\n${readFileSync(join(import.meta.dirname, 'mit-license.txt'), 'utf8').trim()}`
}

/** Where a work may be had under the MIT license or another, that is the one that is used. */
function licenseTexts(folder) {
  const files = readdirSync(folder)
    .filter(name => /^(license|licence|copying|unlicense)/i.test(name))
    .sort()
  const mit = files.filter(name => /mit/i.test(name))
  const unicode = files.filter(name => /unicode/i.test(name))
  const used = mit.length > 0 ? [...mit, ...unicode] : files
  return used.map(name => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim())
}
