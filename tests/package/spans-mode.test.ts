import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright'
import { build, createServer, type InlineConfig, preview } from 'vite'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import webpack from 'webpack'
import { type Consumer, installPackage } from '../support/consumer.ts'
import { isPresent, launchOptions } from '../support/engines.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** A page that makes one call with spans as the package decides, and says what came of it. */
const PAGE = {
  'index.html': '<!doctype html><title>spans</title><script type="module" src="/main.js"></script>',
  'main.js': `
    import { createTaskRuntime } from '@varunkanwar/atelier'
    const runtime = createTaskRuntime()
    const task = runtime.defineTask({
      type: 'singleton',
      taskName: 'Echo',
      worker: () => new Worker(new URL('./echo.worker.js', import.meta.url), { type: 'module' }),
    })
    globalThis.found = task.echo('called').then(answer => ({
      answer,
      sampled: runtime.createTrace().sampled,
      spans: performance.getEntriesByName('atelier:span').map(({ detail }) => detail.method),
    }))`,
  'echo.worker.js': `
    import { expose } from 'comlink'
    import { createTaskWorker } from '@varunkanwar/atelier/worker'
    expose(createTaskWorker({ echo: value => value }))`,
}

const ON = { answer: 'called', sampled: true, spans: ['echo'] }
const OFF = { answer: 'called', sampled: false, spans: [] }

let consumer: Consumer
beforeAll(() => {
  consumer = installPackage()
  consumer.write(PAGE)
})
afterAll(() => consumer.remove())

/** Vite as it finds the project, without what a test runner puts into the environment. */
function vite(more: InlineConfig = {}): InlineConfig {
  vi.stubEnv('NODE_ENV', undefined)
  const address = { host: '127.0.0.1', port: 0 }
  return {
    configFile: false,
    root: consumer.folder,
    logLevel: 'error',
    server: { ...address, hmr: false, watch: null },
    preview: address,
    ...more,
  }
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe.skipIf(!isPresent('chromium'))('in a page, spans that are not configured', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch(launchOptions('chromium'))
  })
  afterAll(() => browser.close())

  /** What the page found, and the addresses that it loaded. */
  async function visit(
    server: { resolvedUrls: { local: string[] } | null; close(): Promise<void> },
    path = '',
  ) {
    const page = await browser.newPage()
    const loaded: string[] = []
    page.on('request', request => loaded.push(new URL(request.url()).pathname))
    try {
      await page.goto(`${server.resolvedUrls?.local[0]}${path}`)
      await page.waitForFunction(() => 'found' in globalThis)
      const found = await page.evaluate(() => (globalThis as unknown as { found: unknown }).found)
      return { found, loaded }
    } finally {
      await page.close()
      await server.close()
    }
  }

  it('are on under the development server, which bundles dependencies beforehand', async () => {
    const server = await createServer(vite())
    const { found, loaded } = await visit(await server.listen())
    expect(found).toEqual(ON)
    expect(loaded.some(path => path.includes('/.vite/deps/@varunkanwar_atelier.js'))).toBe(true)
  })

  it('are on under the development server that leaves the package as it is', async () => {
    const optimizeDeps = { exclude: ['@varunkanwar/atelier'], include: ['comlink'] }
    const server = await createServer(vite({ optimizeDeps, cacheDir: 'node_modules/.vite-plain' }))
    const { found, loaded } = await visit(await server.listen())
    expect(found).toEqual(ON)
    expect(loaded.some(path => path.endsWith('/atelier/dist/page/observability/is-development.js'))).toBe(
      true,
    )
  })

  it("are off in Vite's production build", async () => {
    await build(vite())
    const { found } = await visit(await preview(vite()))
    expect(found).toEqual(OFF)
  })

  it("are on in Vite's build for development", async () => {
    const config = vite({ mode: 'development', build: { outDir: 'dist-dev' } })
    vi.stubEnv('NODE_ENV', 'development')
    await build(config)
    const { found } = await visit(await preview(config))
    expect(found).toEqual(ON)
  })

  it.each([
    ['development', ON],
    ['production', OFF],
  ] as const)("follow webpack's mode: %s", async (mode, expected) => {
    const outDir = `webpack-${mode}`
    await bundleWithWebpack(mode, outDir)
    consumer.write({
      [`${outDir}/index.html`]: '<!doctype html><title>spans</title><script src="/main.js"></script>',
    })
    const { found } = await visit(await preview(vite({ build: { outDir } })))
    expect(found).toEqual(expected)
  })

  it('are off without a bundler, where nobody says which build it is', async () => {
    const imports = {
      '@varunkanwar/atelier': '/node_modules/@varunkanwar/atelier/dist/index.js',
      comlink: '/node_modules/comlink/dist/esm/comlink.mjs',
    }
    consumer.write({
      'plain/index.html': `<!doctype html><title>spans</title>
        <script type="importmap">${JSON.stringify({ imports })}</script>
        <script type="module">
          import { createTaskRuntime } from '@varunkanwar/atelier'
          globalThis.found = { sampled: createTaskRuntime().createTrace().sampled }
        </script>`,
    })
    const { found } = await visit(await preview(vite({ build: { outDir: '.' } })), 'plain/index.html')
    expect(found).toEqual({ sampled: false })
  })

  it('appear in the Performance panel as a track of their own', async () => {
    const server = await createServer(vite())
    await browser.startTracing(undefined, { categories: ['blink.user_timing'] })
    expect((await visit(await server.listen())).found).toEqual(ON)
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
      traceEvents: { name: string; args: { data?: { detail?: string }; detail?: string } }[]
    }
    const details = traceEvents.flatMap(({ name, args }) =>
      name === 'atelier:span' ? [args.data?.detail ?? args.detail ?? ''] : [],
    )
    expect(details.some(detail => detail.includes('"trackGroup":"Atelier"'))).toBe(true)
  })
})

describe('on a server, spans that are not configured', () => {
  it.each([
    ['production', false],
    ['development', true],
    ['test', true],
    ['', false],
    [undefined, false],
  ])('follow NODE_ENV: %s', (NODE_ENV, sampled) => {
    consumer.write({
      'trace.mjs': `
        import { createTaskRuntime } from '@varunkanwar/atelier'
        console.log(createTaskRuntime().createTrace().sampled)`,
    })
    const env = { ...process.env, NODE_ENV }
    const printed = execFileSync(process.execPath, ['trace.mjs'], {
      cwd: consumer.folder,
      encoding: 'utf8',
      env,
    })
    expect(printed).toBe(`${sampled}\n`)
  })
})

function bundleWithWebpack(mode: 'development' | 'production', outDir: string): Promise<void> {
  const compiler = webpack({
    mode,
    context: consumer.folder,
    entry: './main.js',
    output: { path: join(consumer.folder, outDir), filename: 'main.js', publicPath: '/' },
    performance: false,
    // What is replaced is replaced before that, and it takes longer than all the rest.
    optimization: { minimize: false },
  })
  return new Promise((resolve, reject) => {
    compiler?.run((error, stats) => {
      if (error ?? stats?.hasErrors()) reject(error ?? new Error(stats?.toString('errors-only')))
      else compiler.close(() => resolve())
    })
  })
}
