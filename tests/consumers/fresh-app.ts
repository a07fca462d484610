import { execFile, execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tools = fileURLToPath(new URL('node_modules/.bin', import.meta.url))
/** One for each test file, since several run at a time. */
const folder = fileURLToPath(new URL(`.apps/${randomUUID()}`, import.meta.url))

/** The environment of a user's terminal, without the variables of a test runner. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(VITE|NODE_ENV|TEST|NO_COLOR|FORCE_COLOR)/.test(name)),
) as NodeJS.ProcessEnv
Object.assign(env, { NEXT_TELEMETRY_DISABLED: '1', PARCEL_WORKERS: '1' })

/** Packs the package and installs it with npm, once for all applications of a test file. */
export function installOnce(): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const npm = (cwd: string, ...args: string[]) =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const packed = npm(root, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder)
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }]
  npm(folder, 'install', '--prefer-offline', '--no-audit', '--no-fund', `./${filename}`, 'comlink')
}

export function removeApps(): void {
  rmSync(folder, { recursive: true, force: true })
}

export type App = {
  readonly folder: string
  /** Runs a tool to its end, as `npx tool …args` would. Rejects with its output if it fails. */
  run(tool: string, ...args: string[]): Promise<void>
  /** Starts the server of a tool with the arguments that name a port. Resolves when it responds. */
  serve(tool: string, args: (port: string) => string[]): Promise<Site>
}

export type Site = { readonly url: string; close(): Promise<void> }

/** Creates an application with these files and the package installed. It finds its tools in this folder. */
export function freshApp(name: string, files: Record<string, string>): App {
  const home = join(folder, name)
  mkdirSync(home)
  cpSync(join(folder, 'node_modules'), join(home, 'node_modules'), { recursive: true })
  const manifest = JSON.stringify({ name, private: true, type: 'module' })
  for (const [path, text] of Object.entries({ 'package.json': manifest, ...files })) {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    writeFileSync(join(home, path), text)
  }
  return {
    folder: home,
    async run(tool, ...args) {
      await promisify(execFile)(join(tools, tool), args, { cwd: home, env }).catch(error => {
        throw new Error(`${tool} failed:\n${error.stdout}${error.stderr}`)
      })
    },
    async serve(tool, args) {
      const port = await freePort()
      // Leads a process group, so that its own children end with it.
      const server = spawn(join(tools, tool), args(port), { cwd: home, env, detached: true, stdio: 'ignore' })
      const ended = new Promise<void>(resolve => server.on('exit', () => resolve()))
      const close = async () => {
        if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid)
        await ended
      }
      const url = `http://127.0.0.1:${port}/`
      while (!(await answers(url))) {
        if (server.exitCode !== null) throw new Error(`${tool} ended with ${server.exitCode}.`)
      }
      return { url, close }
    },
  }
}

async function answers(url: string): Promise<boolean> {
  const answer = await fetch(url).catch(() => undefined)
  if (!answer) await new Promise(resolve => setTimeout(resolve, 100))
  return answer?.ok ?? false
}

function freePort(): Promise<string> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' ? String(address?.port) : ''
      server.close(() => resolve(port))
    })
  })
}
