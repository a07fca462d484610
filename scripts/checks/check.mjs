/**
 * Formatters, linters, type checks, unused code, and licenses of both languages. Runs all of them, then prints which failed.
 */
import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { knipDir, npmBin, root } from '../lib/paths.mjs'

const checks = {
  'biome check': ['biome', 'check', '--error-on-warnings', '.'],
  tsc: ['tsc', '--noEmit'],
  'cargo fmt': ['cargo', 'fmt', '--all', '--check'],
  'cargo clippy': [
    ...['cargo', 'clippy', '--locked', '--workspace', '--all-targets', '--quiet'],
    ...['--', '-D', 'warnings'],
  ],
  'unused crates': [
    ...['cargo', 'clippy', '--locked', '--workspace', '--lib', '--quiet'],
    ...['--', '-D', 'unused_crate_dependencies'],
  ],
  // Its hints depend on which of the folders with a lock file of their own are installed.
  knip: [join(knipDir, 'node_modules/.bin/knip'), '--no-progress', '--no-config-hints'],
  licenses: ['node', 'scripts/checks/licenses.mjs'],
}
const env = { ...process.env, PATH: [npmBin, process.env.PATH].join(delimiter) }

const results = Object.entries(checks).map(([name, [command, ...args]]) => {
  console.log(`check: ${name}`)
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' })
  if (error) console.error(error.message)
  return { name, ok: status === 0 }
})

const failed = results.filter(({ ok }) => !ok).map(({ name }) => name)
console.log(failed.length === 0 ? 'check: all passed' : `check: failed: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
