/** Builds the examples for the site: the guided tour as /tour/, the image pipeline as /pipeline/. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npmBin, root } from '../scripts/lib/paths.mjs'
import { filesUnder } from '../scripts/lib/stamp.mjs'
import { run } from '../scripts/lib/step.mjs'

/** Folders of examples, by their path on the site. */
const PATHS = { tour: 'observability-demo', pipeline: 'image-pipeline' }

const HOME = '.masthead h1 .home { margin: 0; color: inherit; font-size: inherit }'

/** @param {string} site the folder that the site's public files are taken from */
export function buildExamples(site) {
  // Not by its API: the Vite of this folder is another one.
  const config = join(root, 'examples/image-pipeline/vite.config.ts')
  const { ok, log } = run(join(npmBin, 'vite'), ['build', '--config', config], { cwd: root })
  if (!ok) throw new Error(log)
  const built = join(root, 'target/examples')
  for (const [path, example] of Object.entries({ ...PATHS, assets: 'assets' })) {
    rmSync(join(site, path), { recursive: true, force: true })
    cpSync(join(built, example), join(site, path), { recursive: true })
    for (const file of filesUnder(join(site, path), name => /\.(html|js)$/.test(name))) {
      writeFileSync(file, onSite(readFileSync(file, 'utf8')))
    }
  }
}

/** Their links to each other, and one to the site, which they do not have where they are served alone. */
function onSite(text) {
  return Object.entries(PATHS)
    .reduce((result, [path, example]) => result.replaceAll(`../${example}/`, `../${path}/`), text)
    .replace('<h1>Atelier', '<h1><a class="home" href="../">Atelier</a>')
    .replace('</head>', `<style>${HOME}</style></head>`)
}
