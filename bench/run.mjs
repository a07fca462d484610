/**
 * Compares the package with hand-written workers and similar libraries in Chromium, and writes docs/benchmarks.md. Options:
 * `--workloads a,b --contenders x,y --rounds n`, and `--profile` for CPU profiles.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { runnerImport } from 'vite'
import { npmBin } from '../scripts/lib/paths.mjs'
import { setUp } from '../scripts/lib/step.mjs'
import { installContenders } from '../scripts/setup/npm-packages.mjs'

const folder = import.meta.dirname

await setUp(installContenders)
run(join(npmBin, 'tsc'), ['--noEmit'])

// Otherwise Vite sets NODE_ENV itself, and does not make a production build.
process.env.NODE_ENV = 'production'
const { module } = await runnerImport(join(folder, 'command.ts'))
await module.main(process.argv.slice(2))
// Formats what a complete run has written; after any other run this changes nothing.
run(join(npmBin, 'biome'), ['format', '--write', join(folder, '../docs/benchmarks.md')])

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: folder, stdio: 'inherit' })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}
