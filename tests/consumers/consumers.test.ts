import { type Browser, chromium } from 'playwright'
import { build, createServer, preview, transformWithOxc } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { isPresent, launchOptions } from '../support/engines.ts'
import { readmeFiles } from '../support/readme.ts'
import { buildWithWebpack, vite } from './builds.ts'
import { type App, freshApp, installOnce, removeApps, type Site } from './fresh-app.ts'

const { page, worker, withoutBundler } = readmeFiles()

/** The README's files with a thousandth of the work. */
const small = { page: page.replaceAll('1_000_000', '1_000'), worker }

/** The number of primes below 4,000,000, and below 4,000. */
const ALL = '283146 primes, counted in 4 parts'
const FEW = '550 primes, counted in 4 parts'

/** For tools that only build JavaScript, or that build the worker as a separate entry: the page names the file that they write. */
const namingJavaScript = (text: string) => text.replace('primes.worker.ts', 'primes.worker.js')
const withoutTypes = async (text: string) => (await transformWithOxc(namingJavaScript(text), 'file.ts')).code

/** As a function: not every tool supports top-level await, and on a server there is no body. */
const asFunction = (text: string) =>
  text
    .replace('const parts', 'export async function count() {\nconst parts')
    .replace('document.body.textContent =', 'return')
    .concat('}')

/** The code without its import declarations. */
const withoutImports = (text: string) => text.replaceAll(/^import .*$/gm, '')

const html = (script: string) => `<!doctype html><title>app</title><body>${script}</body>`
const moduleAt = (src: string) => html(`<script type="module" src="${src}"></script>`)

const TYPESCRIPT = {
  'index.html': moduleAt('./src/main.ts'),
  'src/main.ts': small.page,
  'src/primes.worker.ts': small.worker,
}

let browser: Browser

/** Returns the text that the page shows in the end, and closes the site. */
async function textOf(site: Site): Promise<string> {
  const tab = await browser.newPage()
  const errors: string[] = []
  tab.on('pageerror', error => errors.push(error.message))
  try {
    await tab.goto(site.url)
    await tab.waitForFunction(() => document.body.textContent.includes('primes'), undefined, {
      timeout: 60_000,
    })
    expect(errors).toEqual([])
    const text = await tab.textContent('body')
    return text?.match(/\d+ primes, .*/)?.[0] ?? ''
  } finally {
    await tab.close()
    await site.close()
  }
}

function site(server: { resolvedUrls: { local: string[] } | null; close(): Promise<void> }): Site {
  return { url: server.resolvedUrls?.local[0] ?? '', close: () => server.close() }
}

/** Serves a folder of an application. */
const files = async ({ folder }: App, outDir: string) =>
  site(await preview(vite(folder, { build: { outDir } })))

describe.skipIf(!isPresent('chromium'))('the quick start of the README in a new application', () => {
  beforeAll(async () => {
    installOnce()
    browser = await chromium.launch(launchOptions('chromium'))
  })
  afterAll(async () => {
    await browser.close()
    removeApps()
  })

  beforeEach(() => {
    vi.stubEnv('NODE_ENV', undefined)
  })
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  describe('a Vite application with the two files of the README', () => {
    let app: App
    beforeAll(() => {
      app = freshApp('vite', {
        'index.html': moduleAt('/src/main.ts'),
        'src/main.ts': page,
        'src/primes.worker.ts': worker,
      })
    })

    it("the quick start works under Vite's development server", async () => {
      const server = await createServer(vite(app.folder))
      expect(await textOf(site(await server.listen()))).toBe(ALL)
    })

    it('the quick start works when Vite builds it', async () => {
      await build(vite(app.folder))
      expect(await textOf(await files(app, 'dist'))).toBe(ALL)
    })
  })

  it.each(['development', 'production'] as const)(
    'webpack builds the quick start without any configuration, in its mode %s',
    async mode => {
      const app = freshApp(`webpack-${mode}`, {
        'dist/index.html': html('<script src="main.js"></script>'),
        'src/index.js': await withoutTypes(small.page),
        'src/primes.worker.js': await withoutTypes(small.worker),
      })
      await buildWithWebpack(app.folder, mode)
      expect(await textOf(await files(app, 'dist'))).toBe(FEW)
    },
  )

  it.each([
    ['for development', '--sourcemap'],
    ['for production', '--minify'],
  ])(
    'esbuild builds the quick start without any configuration %s, given the worker as an entry too',
    async (_, flag) => {
      const app = freshApp(`esbuild${flag}`, {
        ...TYPESCRIPT,
        'src/main.ts': namingJavaScript(small.page),
        'dist/index.html': moduleAt('main.js'),
      })
      const entries = ['src/main.ts', 'src/primes.worker.ts']
      await app.run('esbuild', ...entries, '--bundle', '--format=esm', '--outdir=dist', flag)
      expect(await textOf(await files(app, 'dist'))).toBe(FEW)
    },
  )

  it('Rollup builds the quick start, given the worker as an entry too and the plugin that finds npm packages', async () => {
    const app = freshApp('rollup', {
      'dist/index.html': moduleAt('main.js'),
      'src/main.js': await withoutTypes(small.page),
      'src/primes.worker.js': await withoutTypes(small.worker),
    })
    await app.run('rollup', 'src/main.js', 'src/primes.worker.js', '-d', 'dist', '-p', 'node-resolve')
    expect(await textOf(await files(app, 'dist'))).toBe(FEW)
  })

  it('Parcel serves the quick start without any configuration', async () => {
    const app = freshApp('parcel-serve', {
      ...TYPESCRIPT,
      'src/count.ts': asFunction(small.page),
      'src/main.ts': "import { count } from './count'; count().then(text => document.body.append(text))",
    })
    const server = await app.serve('parcel', port => ['serve', 'index.html', '--port', port])
    expect(await textOf(server)).toBe(FEW)
  })

  it('Parcel builds the quick start without any configuration', async () => {
    const app = freshApp('parcel-build', TYPESCRIPT)
    await app.run('parcel', 'build', 'index.html')
    expect(await textOf(await files(app, 'dist'))).toBe(FEW)
  })

  it('a page loads the quick start without a build, by an import map', async () => {
    const app = freshApp('plain', {
      'index.html': html(withoutBundler.html),
      'main.js': await withoutTypes(small.page),
      'primes.worker.js': withoutBundler.imports + withoutImports(await withoutTypes(small.worker)),
    })
    expect(await textOf(await files(app, '.'))).toBe(FEW)
  })

  describe('a Next.js application, which also imports the package on the server', () => {
    let app: App
    beforeAll(async () => {
      app = freshApp('next', {
        'app/layout.js': 'export default ({ children }) => <html><body>{children}</body></html>',
        'app/page.js': `
        'use client'
        import { useEffect, useState } from 'react'
        import { count } from './count'
        export default function Page() {
          const [text, setText] = useState('')
          useEffect(() => void count().then(setText), [])
          return text
        }`,
        'app/count.js': asFunction(await withoutTypes(small.page)),
        'app/primes.worker.js': await withoutTypes(small.worker),
      })
    })

    it('Next.js, which also imports the package on the server, serves the quick start for development', async () => {
      const server = await app.serve('next', port => ['dev', '--port', port, '--hostname', '127.0.0.1'])
      expect(await textOf(server)).toBe(FEW)
    })

    it('Next.js, which also imports the package on the server, builds the quick start and starts it', async () => {
      await app.run('next', 'build')
      const server = await app.serve('next', port => ['start', '--port', port, '--hostname', '127.0.0.1'])
      expect(await textOf(server)).toBe(FEW)
    })
  })
})
