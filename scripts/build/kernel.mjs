/**
 * Builds the kernel to WebAssembly: ts/page/kernel/pkg/ with wasm-bindgen's JavaScript (`kernel.js`) and the bytes as a
 * text (`bytes.js`), which `initSync({ module })` takes once it is decoded. Skipped while no input changed.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { npmBin, root } from '../lib/paths.mjs'
import { filesUnder, fingerprint, isStamped, stamp } from '../lib/stamp.mjs'
import { textOf } from '../lib/text-of-bytes.mjs'
import { wasmTarget } from '../setup/wasm-target.mjs'
import { findWasmTools } from '../setup/wasm-tools.mjs'

const pkg = join(root, 'ts/page/kernel/pkg')
/** Where it is built, so that a server of the sources finds the old files until the new ones are there. */
const fresh = join(root, 'target/kernel-pkg')
/** Beside the folders of host builds: another compiler would make cargo rebuild both each time. */
const targetDir = join(root, 'target/wasm')

/** What makes Debian's compiler build the standard library for the target from its source. */
const buildStd = {
  RUSTC: '/usr/bin/rustc',
  // A stable compiler takes unstable options under this name only.
  RUSTC_BOOTSTRAP: '1',
  CARGO_UNSTABLE_BUILD_STD: 'std,panic_abort',
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: 'wasm-ld-22',
}

const print = fingerprint(inputs())
const stampPath = join(pkg, '.stamp')
if (!isStamped(stampPath, print)) {
  compile()
  inlineBytes()
  rmSync(pkg, { recursive: true, force: true })
  renameSync(fresh, pkg)
  stamp(stampPath, print)
}

function inputs() {
  const crates = filesUnder(join(root, 'kernel'), file => /[/\\]src[/\\].*\.rs$|[/\\]Cargo\.toml$/.test(file))
  const encoder = join(root, 'scripts/lib/text-of-bytes.mjs')
  return [...crates, join(root, 'Cargo.toml'), join(root, 'Cargo.lock'), encoder, import.meta.filename]
}

function compile() {
  const source = wasmTarget()
  const [bindgen, wasmPack] = findWasmTools()
  if (!source || !bindgen || !wasmPack) {
    console.error('The wasm compiler or its tools are missing: run "npm run setup".')
    process.exit(1)
  }
  rmSync(fresh, { recursive: true, force: true })
  // With an installed target wasm-pack looks for the target itself; `force` leaves that out and nothing else.
  const mode = source === 'installed' ? 'no-install' : 'force'
  const folders = [npmBin, dirname(bindgen), dirname(wasmPack)]
  if (source === 'debian') folders.unshift(linkDebianRust())
  const env = {
    ...process.env,
    ...(source === 'debian' ? buildStd : {}),
    CARGO_TARGET_DIR: targetDir,
    CARGO_ENCODED_RUSTFLAGS: rustFlags().join('\x1f'),
    PATH: [...folders, process.env.PATH].join(delimiter),
  }
  const build = `--log-level error build --release --mode ${mode} --target web --out-name kernel --no-pack --no-gitignore`
  const args = [...build.split(' '), '--out-dir', fresh, join(root, 'kernel/wasm'), '--', '--locked']
  run(wasmPack, args, env)
}

/** A panic in a dependency names its file, and with it, without these flags, the folder of whoever built the module. */
function rustFlags() {
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), '.cargo')
  const own = process.env.RUSTFLAGS?.split(' ').filter(Boolean) ?? []
  return [...own, `--remap-path-prefix=${join(cargoHome, 'registry/src')}=crates`]
}

function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

/** A folder for PATH that holds Debian's compiler and nothing else of /usr/bin. */
function linkDebianRust() {
  const folder = join(root, 'target/debian-rust')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const command of ['cargo', 'rustc']) symlinkSync(join('/usr/bin', command), join(folder, command))
  return folder
}

/** As a text, which compressors make as small as the bytes. */
function inlineBytes() {
  const bytes = readFileSync(join(fresh, 'kernel_bg.wasm'))
  writeFileSync(join(fresh, 'bytes.js'), `export default "${textOf(bytes)}"\n`)
  writeFileSync(join(fresh, 'bytes.d.ts'), 'declare const text: string\nexport default text\n')
  const sizes = { raw: bytes, gzip: gzipSync(bytes, { level: 9 }), brotli: brotliCompressSync(bytes) }
  const figures = Object.entries(sizes).map(
    ([name, { length }]) => `${name} ${(length / 1000).toFixed(1)} kB`,
  )
  console.log(`kernel.wasm: ${figures.join(', ')}`)
}
