/**
 * Builds the site to target/site/out: the texts, the examples, and the reference of the kernel from its doc comments. Fails where a link leads nowhere. `--serve` serves it on loopback instead and follows changes of the texts;
 * `--preview` serves what was built last.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { npmBin, root } from '../scripts/lib/paths.mjs'
import { setUp } from '../scripts/lib/step.mjs'
import { installSiteTools } from '../scripts/setup/npm-packages.mjs'
import { deadLinks } from './dead-links.mjs'
import { buildExamples } from './examples.mjs'

const folder = import.meta.dirname
const bin = join(folder, 'node_modules/.bin')
const flag = { type: 'boolean', default: false }
const { values: options } = parseArgs({ options: { serve: flag, preview: flag } })

await setUp(installSiteTools)
if (options.preview) {
  run(join(bin, 'vitepress'), ['preview', '.', '--host', '127.0.0.1'])
  process.exit()
}
run(join(npmBin, 'tsc'), ['--noEmit'])

for (const text of ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md']) {
  cpSync(join(root, text), join(folder, 'repository', text))
}

const publicFiles = join(root, 'target/site/public')
cpSync(join(folder, 'public'), publicFiles, { recursive: true })
buildExamples(publicFiles)

const kernelDocs = join(publicFiles, 'kernel')
run('cargo', ['doc', '--no-deps', '--workspace', '--locked', '--quiet'], { RUSTDOCFLAGS: '-D warnings' })
rmSync(kernelDocs, { recursive: true, force: true })
cpSync(join(root, 'target/doc'), kernelDocs, { recursive: true })

if (options.serve) {
  run(join(bin, 'vitepress'), ['dev', '.'])
} else {
  run(join(bin, 'vitepress'), ['build', '.'])
  const dead = deadLinks(join(root, 'target/site/out'))
  for (const { page, href } of dead) console.error(`docs: ${page} links to ${href}, which does not exist`)
  if (dead.length > 0) process.exitCode = 1
  else console.log('docs: built target/site/out without dead links; "npm run docs:preview" shows it')
}

function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: folder,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}
