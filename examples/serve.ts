/** How the examples are served: all from one server, so that their links lead to each other, one of them at the front door. */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Connect, UserConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const examples = readdirSync(here('.'), { withFileTypes: true }).flatMap(entry =>
  entry.isDirectory() ? [entry.name] : [],
)

/** A browser window can be opened only where somebody sits in front of one. */
const attended =
  process.stdout.isTTY === true &&
  !process.env.CI &&
  (process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY))

/** @param first - the folder of the example that `/` leads to. */
export function serveExamples(first: string): UserConfig {
  const toFirst: Connect.NextHandleFunction = (request, response, next) => {
    if (request.url !== '/') return next()
    response.writeHead(302, { location: `/${first}/` }).end()
  }
  return {
    root: here('.'),
    appType: 'mpa',
    base: './',
    publicDir: false,
    cacheDir: here(`../node_modules/.vite/${first}`),
    resolve: {
      alias: [
        { find: '@varunkanwar/atelier/worker', replacement: here('../ts/worker.ts') },
        { find: '@varunkanwar/atelier', replacement: here('../ts/index.ts') },
      ],
    },
    // Found on first use, a dependency would make the development server reload the page.
    optimizeDeps: { include: ['comlink', 'fflate', 'uplot'] },
    worker: { format: 'es' },
    plugins: [
      {
        name: 'front-door',
        configureServer: server => void server.middlewares.use(toFirst),
        configurePreviewServer: server => void server.middlewares.use(toFirst),
      },
    ],
    server: {
      host: 'localhost',
      port: 5173,
      strictPort: true,
      open: attended,
      fs: { allow: [here('..')] },
    },
    build: {
      outDir: here('../target/examples'),
      emptyOutDir: true,
      target: 'es2022',
      rolldownOptions: { input: examples.map(example => here(`${example}/index.html`)) },
    },
  }
}
