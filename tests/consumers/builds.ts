import { join } from 'node:path'
import type { InlineConfig } from 'vite'
import webpack from 'webpack'

/** Vite without a configuration, on a free port. */
export function vite(root: string, more: InlineConfig = {}): InlineConfig {
  const address = { host: '127.0.0.1', port: 0 }
  return { configFile: false, root, logLevel: 'error', server: address, preview: address, ...more }
}

/** Builds an application with webpack without a configuration. */
export function buildWithWebpack(folder: string, mode: 'development' | 'production'): Promise<void> {
  return new Promise((resolve, reject) => {
    const compiler = webpack({ mode, context: folder, output: { path: join(folder, 'dist') } })
    compiler.run((error, stats) => {
      if (error || stats?.hasErrors()) reject(error ?? new Error(stats?.toString('errors-only')))
      else compiler.close(() => resolve())
    })
  })
}
