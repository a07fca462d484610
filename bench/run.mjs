/**
 * Measures the package beside hand-written workers and its peers in Chromium, and writes docs/benchmarks.md. Options:
 * `--workloads a,b --contenders x,y --rounds n`, and `--profile` for where the time goes.
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

// Vite names its own mode here when nobody did, and what it then builds is no production build.
process.env.NODE_ENV = 'production'
const { module } = await runnerImport(join(folder, 'command.ts'))
await module.main(process.argv.slice(2))
// What a complete run has written gets the project's format; otherwise this changes nothing.
run(join(npmBin, 'biome'), ['format', '--write', join(folder, '../docs/benchmarks.md')])

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: folder, stdio: 'inherit' })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}
