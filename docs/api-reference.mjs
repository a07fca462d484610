/**
 * Writes docs/api-reference.md from the doc comments of what the package exports. `--check` writes nothing and fails if the file is
 * out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setUp } from '../scripts/lib/step.mjs'
import { installSiteTools } from '../scripts/setup/npm-packages.mjs'

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
await setUp(installSiteTools)
const { apiReference } = await import('./reference-generator/page.mjs')

const file = join(import.meta.dirname, 'api-reference.md')
const text = apiReference()
if (!options.check) writeFileSync(file, text)
else if (readFileSync(file, 'utf8') !== text) {
  console.error('docs/api-reference.md is out of date: run "node docs/api-reference.mjs"')
  process.exitCode = 1
}
