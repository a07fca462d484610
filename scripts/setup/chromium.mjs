/**
 * A Chromium for the browser tests: CHROMIUM_PATH, else one on PATH, else Debian's package, else Playwright's download.
 * The path found is kept in node_modules/.cache/atelier/chromium.json, where tests/support/chromium.ts reads it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDir, npmBin } from '../paths.mjs'
import { aptCandidates, aptInstall } from './apt.mjs'
import { isExecutable, onPath, run, SetupError, step } from './step.mjs'

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
// The font that pages name as Arial or Helvetica; Chromium's package brings none.
const DEBIAN_PACKAGES = ['chromium', 'fonts-liberation']
const MISSING =
  'Chromium is missing: install it ("apt-get install chromium" on Debian) or set CHROMIUM_PATH to its executable'

const record = join(cacheDir, 'chromium.json')

export async function installChromium() {
  const given = process.env.CHROMIUM_PATH
  if (given) {
    if (isExecutable(given)) return
    throw new SetupError(
      `CHROMIUM_PATH is "${given}", which is not an executable file: set it to a Chromium.`,
    )
  }
  if (isExecutable(recorded())) return
  remember(fromPath() ?? fromApt() ?? (await fromPlaywright()))
}

function recorded() {
  try {
    return JSON.parse(readFileSync(record, 'utf8')).executablePath
  } catch {
    return ''
  }
}

function remember(executablePath) {
  mkdirSync(cacheDir, { recursive: true })
  writeFileSync(record, `${JSON.stringify({ executablePath })}\n`)
}

/** Asked for its version, because some distributions ship a command that only says where to get the browser. */
function fromPath() {
  return COMMANDS.map(onPath).find(path => path !== undefined && run(path, ['--version']).ok)
}

function fromApt() {
  if (!aptCandidates(DEBIAN_PACKAGES)) return undefined
  const { ok, log } = step(`Debian packages ${DEBIAN_PACKAGES.join(' ')}`, () => aptInstall(DEBIAN_PACKAGES))
  if (!ok) throw new SetupError(`${MISSING} (apt-get could not install it).`, log)
  return fromPath()
}

async function fromPlaywright() {
  const { chromium } = await import('playwright')
  const path = chromium.executablePath()
  if (isExecutable(path)) return path
  const { log } = step('Chromium by Playwright', () =>
    run(join(npmBin, 'playwright'), ['install', 'chromium']),
  )
  if (isExecutable(path)) return path
  throw new SetupError(`${MISSING} (Playwright could not download one).`, log)
}
