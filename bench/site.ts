/** The page of the benchmark, built for production and served on loopback. */
import { fileURLToPath } from 'node:url'
import { build, type InlineConfig, type PreviewServer, preview } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Without cross-origin isolation, a page's clock moves in steps of 100 µs, and there is no SharedArrayBuffer. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/** Separates what a worker loads from what the page loads. */
export const WORKER_MARK = '.worker.js'
const workerFile = `assets/[name]-[hash]${WORKER_MARK}`

export class Site {
  readonly #server: PreviewServer
  readonly outDir: string

  private constructor(server: PreviewServer, outDir: string) {
    this.#server = server
    this.outDir = outDir
  }

  /** @param readable - whether to keep the names of functions, for profiles. */
  static async open({ readable }: { readable: boolean }): Promise<Site> {
    const outDir = here('../target/bench/site')
    const config: InlineConfig = {
      configFile: false,
      root: here('page'),
      base: './',
      logLevel: 'error',
      publicDir: false,
      resolve: {
        alias: [
          { find: '@varunkanwar/atelier/worker', replacement: here('../ts/worker.ts') },
          { find: '@varunkanwar/atelier', replacement: here('../ts/index.ts') },
          // Its package.json points bundlers to the build for other runtimes, which fails in a browser's worker.
          {
            find: 'poolifier-web-worker',
            replacement: here('node_modules/poolifier-web-worker/browser/mod.js'),
          },
        ],
      },
      worker: {
        format: 'es',
        rolldownOptions: { output: { entryFileNames: workerFile, chunkFileNames: workerFile } },
      },
      build: { outDir, emptyOutDir: true, target: 'es2022', minify: readable ? false : 'oxc' },
      preview: { host: '127.0.0.1', port: 0, headers },
    }
    await build(config)
    return new Site(await preview(config), outDir)
  }

  get url(): string {
    const url = this.#server.resolvedUrls?.local[0]
    if (!url) throw new Error('The server of the benchmark has no address')
    return url
  }

  async close(): Promise<void> {
    await this.#server.close()
  }
}
