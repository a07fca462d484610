import { fileURLToPath } from 'node:url'
import type { InlineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * How the page in `<name>/page` is built and served on loopback: cross-origin isolated, since otherwise a page's clock has steps of
 * 100 µs and no memory is shared.
 */
export function isolatedPage(name: string): InlineConfig {
  return {
    configFile: false,
    root: here(`${name}/page`),
    base: './',
    logLevel: 'error',
    resolve: {
      alias: [
        { find: '@varunkanwar/atelier/worker', replacement: here('../ts/worker.ts') },
        { find: '@varunkanwar/atelier', replacement: here('../ts/index.ts') },
      ],
    },
    worker: { format: 'es' },
    build: { outDir: here(`../target/bench/${name}`), emptyOutDir: true, target: 'es2022' },
    preview: {
      host: '127.0.0.1',
      port: 0,
      headers: {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      },
    },
  }
}
