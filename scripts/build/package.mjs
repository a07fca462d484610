/**
 * Builds dist/, what the npm package holds: one JavaScript module per source module with its source map (so that a
 * bundler drops what a consumer does not use, the kernel's bytes first of all), the worker's side in one file for those
 * without a bundler, the declarations, and the licenses of what is redistributed.
 * Skipped while no input changed.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { parseSync, Visitor } from 'rolldown/utils'
import { cacheDir, npmBin, root } from '../lib/paths.mjs'
import { filesUnder, fingerprint, isStamped, stamp } from '../lib/stamp.mjs'
import { thirdPartyLicenses } from './third-party.mjs'

const source = join(root, 'ts')
const dist = join(root, 'dist')
/** One for each of the package's exports. */
const entries = ['index', 'worker', 'otel', 'testing', 'devtools']
/** Those that hold all they need. */
const standalone = ['worker-standalone']

const configs = ['package-lock.json', 'Cargo.lock', 'tsconfig.json', 'tsconfig.build.json'].map(name =>
  join(root, name),
)
const print = fingerprint([
  ...filesUnder(source, file => /\.[jt]s$/.test(file)),
  ...configs,
  import.meta.filename,
  join(import.meta.dirname, 'third-party.mjs'),
])
const stampPath = join(cacheDir, 'build')
if (!existsSync(join(dist, 'index.d.ts')) || !isStamped(stampPath, print)) {
  rmSync(dist, { recursive: true, force: true })
  await bundle()
  declare()
  writeFileSync(join(dist, 'THIRD_PARTY_LICENSES'), thirdPartyLicenses())
  stamp(stampPath, print)
}

async function bundle() {
  const external = ['comlink']
  await write(entries, { external }, { preserveModules: true, preserveModulesRoot: source })
  await write(standalone, { resolve: { mainFields: ['module'] } })
}

async function write(names, inputOptions, outputOptions) {
  const build = await rolldown({
    input: Object.fromEntries(names.map(name => [name, join(source, `${name}.ts`)])),
    // For a browser rolldown would decide on process.env.NODE_ENV, which is for the consumer's bundler to do.
    platform: 'neutral',
    ...inputOptions,
  })
  await build.write({
    dir: dist,
    format: 'esm',
    entryFileNames: '[name].js',
    sourcemap: true,
    ...outputOptions,
  })
  await build.close()
}

function declare() {
  const { status, error } = spawnSync(join(npmBin, 'tsc'), ['-p', join(root, 'tsconfig.build.json')], {
    stdio: 'inherit',
  })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
  for (const file of filesUnder(dist, name => name.endsWith('.d.ts'))) {
    writeFileSync(file, nameJavaScript(file, readFileSync(file, 'utf8')))
  }
  // tsc leaves out declarations that are written by hand or by another tool.
  for (const name of ['kernel.d.ts', 'bytes.d.ts']) {
    copyFileSync(join(source, 'page/kernel/pkg', name), join(dist, 'page/kernel/pkg', name))
  }
}

/** Makes './x.ts' './x.js' wherever a declaration names a module: tsc rewrites that in JavaScript only. */
function nameJavaScript(file, text) {
  const ends = []
  const collect = ({ source }) => {
    if (/^\.{1,2}\/.*\.ts$/.test(source?.value)) ends.push(source.end)
  }
  new Visitor({
    ImportDeclaration: collect,
    ExportNamedDeclaration: collect,
    ExportAllDeclaration: collect,
    TSImportType: collect,
  }).visit(parseSync(file, text).program)
  const extension = "ts'".length
  return ends
    .sort((a, b) => b - a)
    .reduce((rest, end) => `${rest.slice(0, end - extension)}js${rest.slice(end - 1)}`, text)
}
