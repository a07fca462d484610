/**
 * The compiler for wasm32-unknown-unknown, from one of two sources:
 *
 * - `installed`: the toolchain on PATH has the target's standard library;
 * - `debian`: Debian's rustc-web builds the standard library from source. It lives in /usr/bin and is used for the
 *   wasm build alone, so the toolchain on PATH stays the one for everything else.
 */
import { existsSync } from 'node:fs'
import { onPath, run, SetupError, step } from '../lib/step.mjs'
import { aptCandidates, aptInstall } from './apt.mjs'
import { isOlder, minimumRust } from './prerequisites.mjs'

const TARGET = 'wasm32-unknown-unknown'
const DEBIAN_PACKAGES = ['rustc-web', 'cargo-web', 'rust-web-src', 'lld-22']
const DEBIAN_FILES = [
  '/usr/bin/rustc',
  '/usr/bin/cargo',
  '/usr/share/doc/rustc-web',
  '/usr/lib/rustlib/src/rust/library/Cargo.lock',
  '/usr/bin/wasm-ld-22',
]

/** @returns {'installed' | 'debian' | undefined} */
export function wasmTarget() {
  const { ok, stdout } = run('rustc', ['--print', 'target-libdir', '--target', TARGET])
  if (ok && existsSync(stdout.trim())) return 'installed'
  return DEBIAN_FILES.every(file => existsSync(file)) ? 'debian' : undefined
}

export function installWasmTarget() {
  if (wasmTarget()) return
  if (aptServesNewEnoughRust()) {
    const { log } = step(`Debian packages ${DEBIAN_PACKAGES.join(' ')}`, () => aptInstall(DEBIAN_PACKAGES))
    if (wasmTarget()) return
    throw new SetupError(`${missing()} (apt-get could not install the packages).`, log)
  }
  // The guard says that rustup must not download anything on this machine.
  if (onPath('rustup') && process.env.RUSTUP_AUTO_INSTALL !== '0') {
    const { log } = step(`rustup target add ${TARGET}`, () => run('rustup', ['target', 'add', TARGET]))
    if (wasmTarget()) return
    throw new SetupError(`${missing()} (rustup could not add it).`, log)
  }
  throw new SetupError(`${missing()}.`)
}

function aptServesNewEnoughRust() {
  const versions = aptCandidates(DEBIAN_PACKAGES)
  return versions !== undefined && !isOlder(versions[0], minimumRust())
}

function missing() {
  const packages = DEBIAN_PACKAGES.join(' ')
  return `The Rust target ${TARGET} is missing: run "rustup target add ${TARGET}" or, on Debian, "apt-get install ${packages}"`
}
