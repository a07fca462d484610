import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { chromiumLaunchOptions } from './tests/support/chromium.ts'

const source = (name: string) => fileURLToPath(new URL(`ts/${name}.ts`, import.meta.url))

/** The package's own name leads to its sources, in tests as in what they are an example of. */
const alias = [
  { find: '@varunkanwar/atelier/worker', replacement: source('worker') },
  { find: '@varunkanwar/atelier/otel', replacement: source('otel') },
  { find: '@varunkanwar/atelier', replacement: source('index') },
]

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'node',
          environment: 'node',
          include: ['tests/{kernel,shell,package,support}/**/*.test.ts'],
          typecheck: { enabled: true, include: ['tests/types/**/*.test-d.ts'] },
        },
      },
      {
        resolve: { alias },
        // A dependency that is found on first use reloads the page under a running test.
        optimizeDeps: { include: ['comlink'] },
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromiumLaunchOptions }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'page',
          environment: 'node',
          include: ['tests/page/**/*.test.ts'],
          // A development server and a browser start first, and real images are worked on.
          hookTimeout: 60_000,
          testTimeout: 60_000,
        },
      },
    ],
  },
})
