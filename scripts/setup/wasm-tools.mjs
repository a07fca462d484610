/**
 * wasm-pack and the wasm-bindgen command: those on PATH when their versions match, else built into target/tools.
 * wasm-bindgen's command must be of exactly the crate's version, since the two share an unstable format.
 */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, toolsDir } from '../lib/paths.mjs'
import { onPath, run, SetupError, step } from '../lib/step.mjs'

const buildDir = join(toolsDir, 'build')

export function installWasmTools() {
  const absent = wantedTools().filter(tool => findTool(tool) === undefined)
  if (absent.length === 0) return
  for (const tool of absent) build(tool)
  rmSync(buildDir, { recursive: true })
}

/**
 * The wasm tools as paths, in the order wasm-bindgen, wasm-pack; undefined where one is not there in its version.
 * @returns {(string | undefined)[]}
 */
export function findWasmTools() {
  return wantedTools().map(findTool)
}

function wantedTools() {
  return [
    {
      command: 'wasm-bindgen',
      crate: 'wasm-bindgen-cli',
      version: lockedVersion('wasm-bindgen'),
      // Not --locked: the lock file that this crate is published with names crates that a mirror may lack.
      flags: ['--no-default-features', '--bin', 'wasm-bindgen'],
    },
    { command: 'wasm-pack', crate: 'wasm-pack', version: '0.15.1', flags: ['--locked'] },
  ]
}

function findTool({ command, version }) {
  return [join(toolsDir, 'bin', command), onPath(command)].find(
    path => path !== undefined && run(path, ['--version']).stdout.trim() === `${command} ${version}`,
  )
}

function build({ command, crate, version, flags }) {
  step(`${command} ${version}`, () => {
    const install = ['install', '--debug', '--force', '--root', toolsDir, '--version', `=${version}`]
    const { ok, log } = run('cargo', [...install, crate, ...flags], {
      // The tools run for a tenth of a second, so what counts is the time to build them.
      env: {
        ...process.env,
        CARGO_TARGET_DIR: buildDir,
        CARGO_PROFILE_DEV_DEBUG: '0',
        CARGO_INCREMENTAL: '0',
      },
    })
    if (ok) return
    throw new SetupError(`${command} is missing: run "cargo install ${crate} --version ${version}".`, log)
  })
}

function lockedVersion(crate) {
  const lock = readFileSync(join(root, 'Cargo.lock'), 'utf8')
  return new RegExp(`^name = "${crate}"\nversion = "(.+)"$`, 'm').exec(lock)[1]
}
