/** Test pages that are built like an application and served on loopback. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type InlineConfig, preview } from 'vite'
import { afterAll, beforeAll } from 'vitest'
import { alias } from './projects.ts'

/** The page in a folder, built and served while the tests of a file run. */
export function servedSite(root: URL): { readonly url: string } {
  let site: Site
  let server: Awaited<ReturnType<Site['serve']>>
  beforeAll(async () => {
    site = await Site.build(fileURLToPath(root))
    server = await site.serve()
  })
  afterAll(async () => {
    await server.close()
    site.remove()
  })
  return {
    get url() {
      return server.url
    },
  }
}

export class Site {
  readonly #config: InlineConfig
  readonly #outDir: string

  private constructor(config: InlineConfig, outDir: string) {
    this.#config = config
    this.#outDir = outDir
  }

  /** Builds the page in a folder. */
  static async build(root: string): Promise<Site> {
    const outDir = mkdtempSync(join(tmpdir(), 'atelier-site-'))
    const config: InlineConfig = {
      configFile: false,
      root,
      logLevel: 'error',
      resolve: { alias },
      worker: { format: 'es' },
      build: { outDir, target: 'es2022' },
    }
    await build(config)
    return new Site(config, outDir)
  }

  /** Serves the page until `close`, with these headers on every response. */
  async serve(headers: Record<string, string> = {}): Promise<{ url: string; close: () => Promise<void> }> {
    const server = await preview({ ...this.#config, preview: { host: '127.0.0.1', port: 0, headers } })
    const url = server.resolvedUrls?.local[0]
    if (!url) throw new Error('The preview server has no address.')
    return { url, close: () => server.close() }
  }

  remove(): void {
    rmSync(this.#outDir, { recursive: true })
  }
}
