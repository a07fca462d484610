/** What the test projects of several configurations have in common. */
import { fileURLToPath } from 'node:url'
import type { TestProjectInlineConfiguration } from 'vitest/config'
import type { BrowserProviderOption } from 'vitest/node'
import type { AnyEngine } from './engines.ts'
import { PATIENCE_MS } from './patience.ts'

const source = (name: string) => fileURLToPath(new URL(`../../ts/${name}.ts`, import.meta.url))

/** Resolves the package's own name to its sources, in tests and in the examples under test. */
export const alias = [
  { find: '@varunkanwar/atelier/worker', replacement: source('worker') },
  { find: '@varunkanwar/atelier/otel', replacement: source('otel') },
  { find: '@varunkanwar/atelier/testing', replacement: source('testing') },
  { find: '@varunkanwar/atelier/devtools', replacement: source('devtools') },
  { find: '@varunkanwar/atelier', replacement: source('index') },
]

/** Limits that only what hangs reaches, on a machine that does other work too. */
export const PATIENT = {
  testTimeout: 3 * PATIENCE_MS,
  hookTimeout: 3 * PATIENCE_MS,
  expect: { poll: { timeout: PATIENCE_MS } },
}

const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/**
 * The tests that run inside a page, in one engine. Projects run in the order of `turn`, and their files one by one: on a small
 * machine, a load test would take both cores from tests whose calls have a timeout.
 *
 * @param isIsolated - for tests/isolated/, whose page is cross-origin isolated.
 */
export function browserProject(
  engine: AnyEngine,
  provider: BrowserProviderOption,
  turn: number,
  isIsolated = false,
): TestProjectInlineConfiguration {
  const name = isIsolated ? `${engine}-isolated` : engine
  return {
    resolve: { alias },
    ...(isIsolated && { server: { headers: ISOLATION } }),
    // A dependency that Vite discovers on first use would reload the page during a test.
    optimizeDeps: {
      include: [
        'comlink',
        'fast-check',
        '@opentelemetry/api',
        '@opentelemetry/core',
        '@opentelemetry/sdk-trace-base',
      ],
    },
    test: {
      ...PATIENT,
      name: `browser-${name}`,
      include: [isIsolated ? 'tests/isolated/**/*.test.ts' : 'tests/browser/**/*.test.ts'],
      sequence: { groupOrder: turn },
      fileParallelism: false,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider,
        instances: [{ browser: engine, name }],
      },
    },
  }
}
