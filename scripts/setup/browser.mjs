/**
 * A browser that tests run in. What is found, or the reason why there is none, is kept in
 * node_modules/.cache/atelier/<engine>.json, where tests/support/engines.ts reads it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDir } from '../lib/paths.mjs'
import { isExecutable, onPath, run, SetupError, step } from '../lib/step.mjs'
import { aptCandidates, aptInstall } from './apt.mjs'

/**
 * Looks for the browser where its environment variable says, on this machine, among Debian's packages, and last where
 * `otherwise` gets it from. With CI set, one that cannot be had is a failure; elsewhere it is said, and its tests are skipped.
 *
 * @param {{
 *   engine: string,
 *   find: () => string | undefined,
 *   packages: string[],
 *   hint: string,
 *   variable?: string,
 *   otherwise?: () => Promise<{ path?: string, log: string }>,
 * }} browser `find` gives the executable's path, `hint` is the sentence on what to install
 */
export async function installBrowser({ engine, find, packages, hint, variable, otherwise }) {
  const given = variable && process.env[variable]
  if (given) {
    if (isExecutable(given)) return
    throw new SetupError(`${variable} is "${given}", which is not an executable file.`)
  }
  const record = join(cacheDir, `${engine}.json`)
  if (isExecutable(recorded(record))) return

  let path = find()
  let log = ''
  if (!path && aptCandidates(packages)) {
    log = step(`Debian packages ${packages.join(' ')}`, () => aptInstall(packages)).log
    path = find()
  }
  if (!path && otherwise) ({ path, log } = await otherwise())
  if (!path && process.env.CI) throw new SetupError(hint, log)
  if (!path) console.log(`set-up: ${hint} Tests in ${engine} are skipped.`)
  mkdirSync(cacheDir, { recursive: true })
  writeFileSync(record, `${JSON.stringify(path ? { executablePath: path } : { missing: hint })}\n`)
}

/** The first of these commands that runs: some distributions ship one that only says where to get the browser. */
export function working(commands) {
  return commands.map(onPath).find(path => path !== undefined && run(path, ['--version']).ok)
}

function recorded(record) {
  try {
    return JSON.parse(readFileSync(record, 'utf8')).executablePath ?? ''
  } catch {
    return ''
  }
}
