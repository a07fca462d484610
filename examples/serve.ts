/** Serves all examples from one server, so that the links between them work. One of them is at `/`. */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Connect, UserConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const examples = readdirSync(here('.'), { withFileTypes: true }).flatMap(entry =>
  entry.isDirectory() ? [entry.name] : [],
)

/** Only a desktop session with an interactive terminal can open a browser window. */
const attended =
  process.stdout.isTTY === true &&
  !process.env.CI &&
  (process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY))

/** Lets workers see in shared memory that a call was canceled. Everything the pages load is of their own origin. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

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
        { find: '@varunkanwar/atelier/devtools', replacement: here('../ts/devtools.ts') },
        { find: '@varunkanwar/atelier/worker', replacement: here('../ts/worker.ts') },
        { find: '@varunkanwar/atelier', replacement: here('../ts/index.ts') },
      ],
    },
    // The development server would reload the page when it discovers a dependency on first use.
    optimizeDeps: {
      include: ['colorthief', 'comlink', 'fflate', 'sugar-high', 'uplot'],
      // It finds its wasm beside its own file.
      exclude: ['@jsquash/resize'],
    },
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
      strictPort: false,
      open: attended,
      headers: ISOLATION,
      fs: { allow: [here('..')] },
    },
    preview: { headers: ISOLATION },
    build: {
      outDir: here('../target/examples'),
      emptyOutDir: true,
      target: 'es2022',
      rolldownOptions: { input: examples.map(example => here(`${example}/index.html`)) },
    },
  }
}
