/**
 * The inner loop. vitest watches TypeScript and the built kernel, and reruns the tests that import what changed. A change in
 * kernel/ runs the kernel's quick tests and, if they pass, rebuilds the module, which vitest then notices. Each step prints how
 * long it took.
 *
 * Arguments narrow what vitest runs, as in `npm run dev -- tests/unit/page/workers/crash.test.ts`.
 */
import { spawn } from 'node:child_process'
import { readdirSync, watch } from 'node:fs'
import { join, relative } from 'node:path'
import { npmBin, root } from './lib/paths.mjs'

/** Editors write a file in several steps. */
const QUIET_MS = 100

const steps = {
  'kernel tests': [
    'cargo',
    ['test', '--locked', '--quiet', '--package', 'atelier-kernel', '--lib', '--test', 'stories'],
  ],
  'kernel build': [process.execPath, ['scripts/build/kernel.mjs']],
}

const filters = process.argv.length > 2 ? process.argv.slice(2) : ['tests/kernel-boundary/', 'tests/unit/']
const vitest = run(join(npmBin, 'vitest'), ['watch', '--project', 'node', ...filters])
vitest.on('exit', status => process.exit(status ?? 1))

let timer
let building = false
let stale = false
// Folder by folder: a recursive watch on Linux follows files, and loses those that an editor replaces.
for (const folder of ['kernel', ...foldersBelow('kernel')]) {
  watch(join(root, folder), (_, file) => {
    if (!/\.rs$|Cargo\.toml$/.test(file)) return
    stale = true
    clearTimeout(timer)
    timer = setTimeout(rebuild, QUIET_MS)
  })
}

/** One at a time; what changes meanwhile is built next. */
async function rebuild() {
  if (building) return
  building = true
  while (stale) {
    stale = false
    for (const [name, [command, args]] of Object.entries(steps)) {
      if (stale || !(await timed(name, command, args))) break
    }
  }
  building = false
}

function timed(name, command, args) {
  const start = performance.now()
  return new Promise(resolve => {
    run(command, args).on('exit', status => {
      const seconds = ((performance.now() - start) / 1000).toFixed(1)
      console.log(`dev: ${name} ${status === 0 ? 'passed' : 'failed'} in ${seconds} s`)
      resolve(status === 0)
    })
  })
}

function run(command, args) {
  return spawn(command, args, { cwd: root, stdio: 'inherit' })
}

function foldersBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => join(relative(root, entry.parentPath), entry.name))
}
