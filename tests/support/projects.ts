/** What the test projects of several configurations have in common. */
import { fileURLToPath } from 'node:url'
import type { TestProjectInlineConfiguration } from 'vitest/config'
import type { BrowserProviderOption } from 'vitest/node'
import type { AnyEngine } from './engines.ts'

const source = (name: string) => fileURLToPath(new URL(`../../ts/${name}.ts`, import.meta.url))

/** The package's own name leads to its sources, in tests as in what they are an example of. */
export const alias = [
  { find: '@varunkanwar/atelier/worker', replacement: source('worker') },
  { find: '@varunkanwar/atelier/otel', replacement: source('otel') },
  { find: '@varunkanwar/atelier/testing', replacement: source('testing') },
  { find: '@varunkanwar/atelier', replacement: source('index') },
]

/**
 * The tests that run inside of a page, in one engine. Projects run in the order of `turn`, and their files one by one: a storm
 * of calls keeps both cores of a small machine from tests whose calls have a time-out.
 */
export function browserProject(
  engine: AnyEngine,
  provider: BrowserProviderOption,
  turn: number,
): TestProjectInlineConfiguration {
  return {
    resolve: { alias },
    // A dependency that is found on first use reloads the page under a running test.
    optimizeDeps: { include: ['comlink', 'fast-check'] },
    test: {
      name: `browser-${engine}`,
      include: ['tests/browser/**/*.test.ts'],
      sequence: { groupOrder: turn },
      fileParallelism: false,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider,
        instances: [{ browser: engine, name: engine }],
      },
    },
  }
}
