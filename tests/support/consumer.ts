import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A project with the package installed from its tarball. */
export type Consumer = {
  readonly folder: string
  /** The path of the tarball. */
  readonly tarball: string
  /** The paths in the tarball. */
  readonly packed: string[]
  /** Writes files by their path in the project. */
  write(files: Record<string, string>): void
  /** Links a package, or every package of a scope, from this repository's node_modules. */
  link(name: string): void
  /** Bundles a file for a browser, minified. Returns the code of each chunk by its name. */
  bundle(entry: string, external?: string[]): Promise<Record<string, string>>
  /** Runs a module's code with Node in the project. Returns what it printed. */
  node(code: string): string
  /** Type-checks. Returns the compiler's errors. */
  tsc(...args: string[]): string
  remove(): void
}

/**
 * Packs dist/ and installs it in a new folder.
 *
 * @throws Error when the package has not been built.
 */
export function installPackage(): Consumer {
  if (!existsSync(join(root, 'dist/index.js')))
    throw new Error('There is no dist/: run "npm run build" first.')
  const folder = mkdtempSync(join(tmpdir(), 'atelier-consumer-'))
  const modules = join(folder, 'node_modules')
  const home = join(modules, '@varunkanwar/atelier')
  mkdirSync(home, { recursive: true })
  const output = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [tarball] = JSON.parse(output) as { filename: string; files: { path: string }[] }[]
  if (!tarball) throw new Error('npm pack named no tarball.')
  execFileSync('tar', ['-xzf', join(folder, tarball.filename), '-C', home, '--strip-components=1'])
  const link = (name: string) => symlinkSync(join(root, 'node_modules', name), join(modules, name))
  link('comlink')

  const write = (files: Record<string, string>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
  }
  write({ 'package.json': '{ "type": "module", "private": true }' })

  return {
    folder,
    tarball: join(folder, tarball.filename),
    packed: tarball.files.map(({ path }) => path),
    write,
    link,
    async bundle(entry, external = []) {
      const build = await rolldown({ input: join(folder, entry), cwd: folder, platform: 'browser', external })
      const { output: chunks } = await build.generate({ format: 'esm', minify: true })
      await build.close()
      return Object.fromEntries(
        chunks.flatMap(chunk => (chunk.type === 'chunk' ? [[chunk.fileName, chunk.code] as const] : [])),
      )
    },
    node(code) {
      write({ 'main.mjs': code })
      return execFileSync(process.execPath, ['main.mjs'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
    },
    tsc(...args) {
      try {
        execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...args], {
          cwd: folder,
          encoding: 'utf8',
        })
        return ''
      } catch (error) {
        return (error as { stdout: string }).stdout
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
