import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** A browser window can be opened only where somebody sits in front of one. */
const attended =
  process.stdout.isTTY === true &&
  !process.env.CI &&
  (process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY))

export default defineConfig({
  root: here('.'),
  base: './',
  publicDir: false,
  cacheDir: here('../../node_modules/.vite/image-pipeline'),
  resolve: {
    alias: [
      { find: '@varunkanwar/atelier/worker', replacement: here('../../ts/worker.ts') },
      { find: '@varunkanwar/atelier', replacement: here('../../ts/index.ts') },
    ],
  },
  // Found on first use, a dependency would make the development server reload the page.
  optimizeDeps: { include: ['comlink', 'fflate'] },
  worker: { format: 'es' },
  server: {
    host: 'localhost',
    port: 5173,
    strictPort: true,
    open: attended,
    fs: { allow: [here('../..')] },
  },
  build: { outDir: here('../../target/image-pipeline'), emptyOutDir: true, target: 'es2022' },
})
