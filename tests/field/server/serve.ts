/** The server of the cases: Vite as an application has it, and a few addresses of its own. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { createServer, type Plugin } from 'vite'
import { alias } from '../../support/projects.ts'

/** Without Vite's client, which would be three more files to load for each page. */
const PAGE = `<!doctype html>
<title>field</title>
<link rel="icon" href="data:,">
<script type="module" src="/page/main.ts"></script>`

const root = fileURLToPath(new URL('..', import.meta.url))
const repository = fileURLToPath(new URL('../../..', import.meta.url))

/** Serves tests/field on loopback until `close`. */
export async function serveCases(): Promise<{ url: string; close: () => Promise<void> }> {
  const server = await createServer({
    configFile: false,
    root,
    logLevel: 'error',
    appType: 'mpa',
    plugins: [packageInOneFile(), addresses()],
    optimizeDeps: {
      // A dependency that is found on first use reloads the page under a running case.
      noDiscovery: true,
      include: ['comlink', '@vue/reactivity', 'immer', 'mobx', 'react', 'react-dom/client', 'zone.js'],
    },
    server: {
      host: '127.0.0.1',
      port: 0,
      strictPort: false,
      hmr: false,
      watch: null,
      // Sandboxed frames and data: workers have an origin of their own.
      cors: true,
      fs: { allow: [repository] },
    },
  })
  await server.listen()
  const url = server.resolvedUrls?.local[0]
  if (!url) throw new Error('The server of the cases has no address.')
  return { url, close: () => server.close() }
}

/** The package as one module for each entry: a page of each case would otherwise load 40 files of it. */
function packageInOneFile(): Plugin {
  const bundles = new Map<string, Promise<string>>()
  const entries = new Map(alias.map(({ find, replacement }) => [find, replacement]))
  return {
    name: 'package-in-one-file',
    enforce: 'pre',
    resolveId: name => (entries.has(name) ? `\0${name}` : undefined),
    load(id) {
      const entry = entries.get(id.slice(1))
      if (!id.startsWith('\0') || entry === undefined) return undefined
      const code = bundles.get(entry) ?? bundle(entry, 'esm', ['comlink'])
      bundles.set(entry, code)
      return code
    },
  }
}

/** Addresses that cases and their helpers ask for. */
function addresses(): Plugin {
  const toolbox = fileURLToPath(new URL('../page/toolbox.ts', import.meta.url))
  const bundles = new Map<string, Promise<string>>()
  const toolboxAs = (format: 'esm' | 'iife') => {
    const code = bundles.get(format) ?? bundle(toolbox, format)
    bundles.set(format, code)
    return code
  }
  return {
    name: 'addresses-of-the-cases',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host')
        setHeaders(request, response, searchParams)
        const send = (type: string, body: string) => {
          response.setHeader('Content-Type', type)
          response.setHeader('Cache-Control', 'max-age=3600')
          response.setHeader('Access-Control-Allow-Origin', '*')
          response.end(body)
        }
        if (pathname === '/') {
          send('text/html', PAGE)
        } else if (pathname === '/script.js') {
          send('text/javascript', searchParams.get('code') ?? '')
        } else if (pathname === '/toolbox.js') {
          toolboxAs('esm').then(code => send('text/javascript', code), next)
        } else if (pathname === '/toolbox.iife.js') {
          toolboxAs('iife').then(code => send('text/javascript', code), next)
        } else if (pathname === '/slow') {
          const timer = setTimeout(
            () => send('application/json', '{"slow":true}'),
            Number(searchParams.get('ms')),
          )
          response.on('close', () => clearTimeout(timer))
        } else next()
      })
    },
  }
}

/** With `?isolated` the page is cross-origin isolated, which everything else that is served allows. */
function setHeaders(_: IncomingMessage, response: ServerResponse, parameters: URLSearchParams): void {
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
  if (parameters.has('isolated')) response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
  if (parameters.has('isolated') || !parameters.has('case')) {
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
  }
}

async function bundle(entry: string, format: 'esm' | 'iife', external: string[] = []): Promise<string> {
  const build = await rolldown({
    input: entry,
    cwd: repository,
    platform: 'browser',
    external,
    resolve: { alias: Object.fromEntries(alias.map(({ find, replacement }) => [`${find}$`, replacement])) },
  })
  const { output } = await build.generate({ format, name: 'toolbox', codeSplitting: false } as never)
  await build.close()
  const [chunk] = output
  return chunk.code
}
