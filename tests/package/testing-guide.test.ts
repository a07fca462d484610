import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type Consumer, installPackage } from '../support/consumer.ts'
import { isPresent, launchOptions } from '../support/engines.ts'
import { filesOf } from '../support/guide.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The files in the guide, by the path in their fences. */
const FILES = filesOf('testing')

/** The guide's configuration, with the browser that the set-up found. */
const configWith = (options: object) => `
  import { playwright } from '@vitest/browser-playwright'
  import config from './vitest.config.ts'
  const [, { test }] = config.test.projects
  test.browser.provider = playwright({ launchOptions: ${JSON.stringify(options)} })
  export default config`

let consumer: Consumer
beforeAll(() => {
  consumer = installPackage()
  for (const name of ['vitest', '@vitest', 'vite', 'typescript']) consumer.link(name)
  consumer.write(FILES)
})
afterAll(() => consumer.remove())

it("the test in the testing guide compiles under the application's own strictness", () => {
  consumer.write({
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        target: 'es2022',
        module: 'esnext',
        moduleResolution: 'bundler',
        lib: ['es2022', 'esnext.disposable', 'dom', 'dom.iterable', 'dom.asynciterable'],
        types: [],
        allowImportingTsExtensions: true,
        noEmit: true,
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: true,
      },
      include: ['src', 'test', 'vitest.config.ts'],
    }),
  })
  expect(consumer.tsc('-p', '.')).toBe('')
})

it('the test in the testing guide passes in Node, on the package as it is published', async () => {
  const printed = await vitest('--project', 'node')
  expect(printed).toMatch(/Tests {2}10 passed \(10\)/)
})

it.skipIf(!isPresent('chromium'))(
  'the test in the testing guide passes in a browser, with real workers',
  async () => {
    consumer.write({ 'browser.config.ts': configWith(launchOptions('chromium')) })
    const printed = await vitest('--project', 'browser', '--config', 'browser.config.ts')
    expect(printed).toMatch(/Tests {2}1 passed \(1\)/)
  },
)

/** Runs vitest in the application. Returns what it prints. */
function vitest(...args: string[]): Promise<string> {
  const { VITEST: _, NODE_ENV: __, ...env } = process.env
  const run = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args], {
    cwd: consumer.folder,
    env: { ...env, NO_COLOR: '1' },
  })
  let printed = ''
  for (const stream of [run.stdout, run.stderr])
    stream.setEncoding('utf8').on('data', text => (printed += text))
  return new Promise(resolve => run.on('close', () => resolve(printed)))
}
