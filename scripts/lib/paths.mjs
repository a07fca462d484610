/** Where things are, as absolute paths: the scripts work from any current folder. */
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

/** What a set-up found or finished; goes with node_modules, so that a fresh install starts from nothing. */
export const cacheDir = join(root, 'node_modules/.cache/atelier')

/** Commands of the npm packages: wasm-opt, tsc, biome, vite, vitest, playwright. */
export const npmBin = join(root, 'node_modules/.bin')

/** Fresh applications that use the package as it is published, and what builds them. */
export const consumersDir = join(root, 'tests/consumers')

/** Libraries of the cases of the field. */
export const fieldDir = join(root, 'tests/field')

/** knip, apart from the packages that `npm ci` installs. */
export const knipDir = join(root, 'scripts/checks/knip')

/** The site of the texts, and what builds it. */
export const docsDir = join(root, 'docs')

/** The benchmarks, and the libraries that they measure. */
export const benchDir = join(root, 'bench')

/** `cargo install --root`: the wasm tools that are not on PATH. */
export const toolsDir = join(root, 'target/tools')
