/** What the test projects of several configurations have in common. */
import { fileURLToPath } from 'node:url'
import type { TestProjectInlineConfiguration } from 'vitest/config'
import type { BrowserInstanceOption } from 'vitest/node'

const source = (name: string) => fileURLToPath(new URL(`../../ts/${name}.ts`, import.meta.url))

/** The package's own name leads to its sources, in tests as in what they are an example of. */
export const alias = [
  { find: '@varunkanwar/atelier/worker', replacement: source('worker') },
  { find: '@varunkanwar/atelier/otel', replacement: source('otel') },
  { find: '@varunkanwar/atelier', replacement: source('index') },
]

/** The tests that run inside of a page, in each of these engines. */
export function browserProject(instances: BrowserInstanceOption[]): TestProjectInlineConfiguration {
  return {
    resolve: { alias },
    // A dependency that is found on first use reloads the page under a running test.
    optimizeDeps: { include: ['comlink'] },
    test: {
      name: 'browser',
      include: ['tests/browser/**/*.test.ts'],
      browser: { enabled: true, headless: true, screenshotFailures: false, instances },
    },
  }
}
