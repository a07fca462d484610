import { type Browser, chromium } from 'playwright'
import { build, createServer, preview, transformWithOxc } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPresent, launchOptions } from '../support/engines.ts'
import { filesOf, readGuide } from '../support/guide.ts'
import { buildWithWebpack, vite } from './builds.ts'
import { type App, freshApp, installOnce, removeApps } from './fresh-app.ts'

const shown = filesOf('libraries')
const [, manifest = ''] =
  /^```json \[word-tools\/package.json\]\n([\s\S]*?)^```$/m.exec(readGuide('libraries')) ?? []

const script = async (name: string) => (await transformWithOxc(shown[name] ?? '', 'file.ts')).code

/** The guide's library, built and installed, and an application that uses it. */
async function application(name: string, files: Record<string, string>): Promise<App> {
  return freshApp(name, {
    'node_modules/word-tools/package.json': manifest,
    'node_modules/word-tools/dist/index.js': await script('word-tools/src/index.ts'),
    'node_modules/word-tools/dist/worker.js': await script('word-tools/src/worker.ts'),
    ...files,
  })
}

const html = (src: string) =>
  `<!doctype html><title>app</title><body><script type="module" src="${src}"></script></body>`

const VITE_FILES = {
  'index.html': html('/src/main.ts'),
  'src/main.ts': shown['app/src/main.ts'] ?? '',
  'src/words.worker.ts': shown['app/src/words.worker.ts'] ?? '',
}

describe.skipIf(!isPresent('chromium'))('the library of the guide in an application', () => {
  let browser: Browser
  beforeAll(async () => {
    installOnce()
    browser = await chromium.launch(launchOptions('chromium'))
  })
  afterAll(async () => {
    await browser.close()
    removeApps()
  })

  /** Visits a server until the page shows the count, and closes it. */
  async function visit(server: { resolvedUrls: { local: string[] } | null; close(): Promise<void> }) {
    try {
      const page = await browser.newPage()
      await page.goto(server.resolvedUrls?.local[0] ?? '')
      await page.waitForFunction(() => document.body.textContent.includes('words'))
      return await page.textContent('body')
    } finally {
      await server.close()
    }
  }

  it("a library with a task inside works under Vite's development server", async () => {
    const { folder } = await application('library-serve', VITE_FILES)
    const optimizeDeps = { include: ['word-tools/worker'] }
    const server = await createServer(vite(folder, { optimizeDeps }))
    expect(await visit(await server.listen())).toBe('3 words')
  })

  it('a library with a task inside works when Vite builds the application', async () => {
    const { folder } = await application('library-build', VITE_FILES)
    await build(vite(folder))
    expect(await visit(await preview(vite(folder)))).toBe('3 words')
  })

  it('a library with a task inside works when webpack builds the application', async () => {
    const { folder } = await application('library-webpack', {
      'dist/index.html': html('main.js'),
      'src/index.js': (await script('app/src/main.ts')).replace('words.worker.ts', 'words.worker.js'),
      'src/words.worker.js': await script('app/src/words.worker.ts'),
    })
    await buildWithWebpack(folder, 'production')
    expect(await visit(await preview(vite(folder)))).toBe('3 words')
  })
})
