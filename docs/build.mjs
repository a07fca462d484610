/**
 * Builds the site to target/site/out: the texts, the reference of the package from its TSDoc and the kernel's from its
 * doc comments. Fails where a link leads nowhere. `--serve` serves it on loopback instead and follows changes of the texts.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { npmBin, root } from '../scripts/lib/paths.mjs'
import { setUp } from '../scripts/lib/step.mjs'
import { installSiteTools } from '../scripts/setup/npm-packages.mjs'
import { deadLinks } from './dead-links.mjs'

const folder = import.meta.dirname
const bin = join(folder, 'node_modules/.bin')
const { values: options } = parseArgs({ options: { serve: { type: 'boolean', default: false } } })

await setUp(installSiteTools)
run(join(npmBin, 'tsc'), ['--noEmit'])

for (const text of ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md']) {
  cpSync(join(root, text), join(folder, 'repository', text))
}

rmSync(join(folder, 'reference'), { recursive: true, force: true })
run(join(bin, 'typedoc'), ['--logLevel', 'Warn'])

const kernelDocs = join(root, 'target/site/public/kernel')
run('cargo', ['doc', '--no-deps', '--workspace', '--locked', '--quiet'], { RUSTDOCFLAGS: '-D warnings' })
rmSync(kernelDocs, { recursive: true, force: true })
cpSync(join(root, 'target/doc'), kernelDocs, { recursive: true })

if (options.serve) {
  run(join(bin, 'vitepress'), ['dev', '.'])
} else {
  run(join(bin, 'vitepress'), ['build', '.'])
  const dead = deadLinks(join(root, 'target/site/out'))
  for (const { page, href } of dead) console.error(`docs: ${page} links to ${href}, which does not exist`)
  console.log(`docs: target/site/out, ${dead.length} dead links`)
  if (dead.length > 0) process.exitCode = 1
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
